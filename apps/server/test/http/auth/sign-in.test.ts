import { memoryAccess } from '@agentguard/access'
import { describe, expect, test } from 'vitest'
import { answerLogin } from '../../../src/http/auth/session-answers.ts'
import { apiKey, bearer, Gate, hour, requestOf } from './gate.ts'

describe('POST /auth/login', () => {
  test('answers the contract’s members first, and its cookies', async () => {
    const gate = new Gate()
    const { status, body, headers, cookies } = await gate.login(apiKey)
    expect(status).toBe(200)
    expect(headers).toEqual({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    expect(Object.keys(JSON.parse(body))).toEqual(['csrf_token', 'expires_at', 'name', 'role'])
    expect(JSON.parse(body)).toEqual({
      csrf_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      expires_at: '2026-11-22T10:00:00Z',
      name: 'key',
      role: 'admin'
    })
    const end = 'Path=/; Expires=Sun, 22 Nov 2026 10:00:00 GMT'
    expect(cookies).toEqual([
      expect.stringMatching(
        new RegExp(`^ag_session=[0-9a-f]{64}; ${end}; HttpOnly; SameSite=Strict$`)
      ),
      `ag_csrf=${JSON.parse(body).csrf_token}; ${end}; SameSite=Strict`
    ])
  })

  test('behind TLS, its cookies are secure and bound to the host, and no others are accepted', async () => {
    const gate = new Gate({ isTls: true })
    const { cookies } = await gate.login(apiKey)
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-ag_session=.*; HttpOnly; Secure; SameSite=Strict$/),
      expect.stringMatching(/^__Host-ag_csrf=.*; Secure; SameSite=Strict$/)
    ])
    for (const cookie of cookies) expect(cookie).not.toContain('Domain')
    const { cookie } = await gate.browser()
    expect(gate.status('read', { cookie })).toBe('ok')
    expect(gate.status('read', { cookie: cookie.replace('__Host-', '') })).toBe(401)
  })

  test.each<[string, string]>([
    ['no JSON', '{'],
    ['no object', '"x"'],
    ['a list', '[]'],
    ['no text as the key', '{"api_key":1}'],
    ['two keys', '{"api_key":"a","api_key":"b"}'],
    ['nothing', ''],
    ['more than 4096 bytes', `{"api_key":"${'x'.repeat(4096)}"}`]
  ])('answers 400 to %s', async (_, body) => {
    const answer = await answerLogin(new Gate().signing, requestOf({}), Buffer.from(body))
    expect(answer).toMatchObject({ status: 400, body: 'invalid request\n', cookies: [] })
  })

  test('answers 400 to a body that did not come to its end', async () => {
    const answer = await answerLogin(new Gate().signing, requestOf({}), undefined)
    expect(answer.status).toBe(400)
  })

  test.each([['{}'], ['null'], ['{"api_key":null}'], ['{"api_key":""}'], ['{"api_key":"wrong"}']])(
    'answers 401 to %s',
    async (body) => {
      const answer = await answerLogin(new Gate().signing, requestOf({}), Buffer.from(body))
      expect(answer).toMatchObject({ status: 401, body: 'invalid api key\n', cookies: [] })
    }
  )

  test('answers 405 to other methods, without a list of those that are allowed', async () => {
    const gate = new Gate()
    const answer = await gate.login(apiKey, { method: 'GET' })
    expect(answer).toMatchObject({ status: 405, body: 'Method not allowed\n' })
    expect(answer.headers).not.toHaveProperty('Allow')
  })

  test('answers 503 where there is nothing to sign in with', async () => {
    const answer = await new Gate({ apiKey: null }).login('x')
    const body = 'login disabled: server has no API key configured\n'
    expect(answer).toMatchObject({ status: 503, body })
  })

  test('answers 503 and a time to retry when 1024 are signed in, and ends none of them', async () => {
    const gate = new Gate()
    const first = await gate.browser()
    for (let count = 1; count < 1024; count++) await gate.login(apiKey)
    const answer = await gate.login(apiKey)
    const body = 'session store full; retry later\n'
    expect(answer).toMatchObject({ status: 503, body, headers: { 'Retry-After': '5' } })
    expect(gate.status('read', first)).toBe('ok')
    gate.at += hour
    expect((await gate.login(apiKey)).status).toBe(200)
  })

  test('answers 500 when a session cannot be made', async () => {
    const access = memoryAccess()
    const open = () => Promise.reject(new Error('no random numbers'))
    const broken = { ...access, sessions: { ...access.sessions, open } }
    const gate = new Gate({ access: broken })
    expect(await gate.login(apiKey)).toMatchObject({
      status: 500,
      body: 'session creation failed\n'
    })
    expect(gate.faults).toHaveLength(1)
  })

  test('takes the secret of a named credential, but not that of an agent', async () => {
    const gate = new Gate()
    const approver = await gate.issue({ role: 'approver', name: 'ann', tenant: 'acme' })
    const { body } = await gate.login(approver)
    expect(JSON.parse(body)).toMatchObject({ name: 'ann', role: 'approver' })
    const agent = await gate.issue({ role: 'agent', name: 'ci' })
    expect((await gate.login(agent)).status).toBe(403)
    await gate.access.credentials.revoke('ann')
    expect((await gate.login(approver)).status).toBe(401)
  })

  test('never takes over a token that the browser brings, and ends the session that it had', async () => {
    const gate = new Gate()
    const planted = { cookie: `ag_session=${'ab'.repeat(32)}` }
    const { cookies } = await gate.login(apiKey, planted)
    expect(cookies[0]).not.toContain('ab'.repeat(32))
    expect(gate.status('read', planted)).toBe(401)
    const before = await gate.browser()
    await gate.login(apiKey, { cookie: before.cookie })
    expect(gate.status('read', before)).toBe(401)
  })

  test('refuses a page of another site, which would sign somebody in as somebody else', async () => {
    const gate = new Gate()
    const headers = { origin: 'https://evil.example', host: 'guard.example' }
    expect((await gate.login(apiKey, headers)).status).toBe(403)
  })

  test('makes who guesses wait, and then lets in who knows', async () => {
    const gate = new Gate()
    for (let count = 0; count < 5; count++) {
      expect((await gate.login(`guess ${count}`)).status).toBe(401)
    }
    const answer = await gate.login(apiKey)
    expect(answer).toMatchObject({ status: 429, headers: { 'Retry-After': '1' } })
    expect((await gate.login(apiKey, { peer: '198.51.100.7' })).status).toBe(200)
    gate.at += 1000
    expect((await gate.login(apiKey)).status).toBe(200)
  })

  test('lets nobody wipe out wrong guesses with a credential that is right', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'auditor', name: 'eve' })
    for (let count = 0; count < 5; count++) {
      await gate.login(`guess ${count}`)
      expect((await gate.login(secret)).status).toBe(200)
    }
    expect((await gate.login('guess 6')).status).toBe(429)
  })

  test('tells of logins and logouts, and of nothing secret', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    await gate.logout({ cookie: headers.cookie })
    await gate.login('wrong key')
    const session = expect.stringMatching(/^as_/)
    expect(gate.events).toEqual([
      { type: 'login', peer: '192.0.2.1', session, name: 'key', role: 'admin' },
      { type: 'logout', peer: '192.0.2.1', session },
      {
        type: 'refused',
        code: 'invalid_credential',
        peer: '192.0.2.1',
        need: 'login',
        tenant: 'local',
        count: 1
      }
    ])
    expect(JSON.stringify(gate.events)).not.toMatch(/wrong key|[0-9a-f]{64}/)
  })
})

describe('POST /auth/logout', () => {
  test('ends the session and clears the cookies', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    const answer = await gate.logout(headers)
    const end = 'Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0'
    expect(answer).toEqual({
      status: 204,
      headers: {},
      body: '',
      cookies: [`ag_session=; ${end}`, `ag_csrf=; ${end}`]
    })
    expect(gate.status('read', headers)).toBe(401)
  })

  test('answers the same without a session, and when the store fails', async () => {
    const access = memoryAccess()
    const end = () => Promise.reject(new Error('disk on fire'))
    const broken = new Gate({ access: { ...access, sessions: { ...access.sessions, end } } })
    const cookie = `ag_session=${'0'.repeat(64)}`
    expect((await broken.logout({ cookie })).status).toBe(204)
    expect(broken.faults).toHaveLength(1)
    expect((await new Gate().logout()).status).toBe(204)
  })

  test('answers 405 to other methods', async () => {
    expect((await new Gate().logout({ method: 'GET' })).status).toBe(405)
  })
})

describe('GET /auth/session', () => {
  test('tells a page that was reloaded who is signed in, and its CSRF value', async () => {
    const gate = new Gate()
    const { cookie, ...csrf } = await gate.browser()
    const answer = await gate.auth.whoAmI(requestOf({ method: 'GET', cookie }))
    expect(answer.headers).toMatchObject({ 'Cache-Control': 'no-store' })
    expect(JSON.parse(answer.body)).toEqual({
      via: 'session',
      role: 'admin',
      name: 'key',
      csrf_token: csrf['x-csrf-token'],
      expires_at: '2026-11-22T10:00:00Z'
    })
  })

  test('tells an agent what its credential is good for, in whatever tenant', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'ci', agent: 'builder', tenant: 'acme' })
    expect(JSON.parse((await gate.auth.whoAmI(requestOf(bearer(secret)))).body)).toEqual({
      via: 'bearer',
      role: 'agent',
      name: 'ci',
      agent_id: 'builder',
      tenant_id: 'acme'
    })
  })

  test('tells strangers nothing', async () => {
    const gate = new Gate()
    expect((await gate.auth.whoAmI(requestOf({}))).status).toBe(401)
    expect((await gate.auth.whoAmI(requestOf(bearer('wrong')))).status).toBe(401)
    expect(gate.refusals).toEqual(['unauthenticated', 'invalid_credential'])
  })
})
