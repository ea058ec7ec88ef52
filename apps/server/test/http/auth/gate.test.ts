import { memoryAccess, type Need, permissions, type Role, roles } from '@agentguard/access'
import { describe, expect, test } from 'vitest'
import { apiKey, bearer, Gate, type Headers, hour, requestOf } from './gate.ts'

const needs: readonly Need[] = ['check', 'follow', 'report', 'read', 'write', 'admin']

/** The verdict with which a check is refused. */
function verdict(gate: Gate, headers: Headers, tenant?: string): unknown {
  const answer = gate.ask('check', headers, tenant)
  if (answer.ok) return 'ok'
  expect(answer.answer.status).toBe(200)
  return JSON.parse(answer.answer.body)
}

describe('the gate of the single API key', () => {
  test('lets the key do everything, in every tenant, at once', () => {
    const gate = new Gate()
    for (const need of needs) {
      for (const tenant of ['local', 'acme']) {
        const answer = gate.ask(need, bearer(apiKey), tenant)
        expect(answer).toEqual({
          ok: true,
          principal: { via: 'bearer', role: 'admin', name: 'key' }
        })
      }
    }
  })

  test.each<[string, Headers]>([
    ['nothing', {}],
    ['a wrong key', bearer('wrong')],
    ['the key with another prefix', { authorization: `bearer ${apiKey}` }],
    ['the key without a prefix', { authorization: apiKey }],
    ['the key as Basic', { authorization: `Basic ${btoa(`:${apiKey}`)}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['the key and a space', bearer(`${apiKey} `)],
    ['an unknown session', { cookie: `ag_session=${'0'.repeat(64)}` }]
  ])('answers 401 to %s, as text, with a challenge', (_, headers) => {
    const gate = new Gate()
    for (const need of needs.filter((one) => one !== 'check')) {
      const answer = gate.ask(need, headers)
      if (answer.ok) throw new Error('let in')
      expect(answer.answer).toMatchObject({ status: 401, body: 'Unauthorized\n' })
      expect(answer.answer.headers).toMatchObject({
        'Content-Type': 'text/plain; charset=utf-8',
        'WWW-Authenticate': expect.stringMatching(/^Bearer realm="agentguard"/)
      })
    }
  })

  test('lets a session read, and change with its CSRF value', async () => {
    const gate = new Gate()
    const { cookie, ...csrf } = await gate.browser()
    expect(gate.status('read', { cookie, method: 'GET' })).toBe('ok')
    expect(gate.status('write', { cookie, ...csrf })).toBe('ok')
    expect(gate.ask('write', { cookie, ...csrf })).toMatchObject({
      principal: { via: 'session', role: 'admin', name: 'key' }
    })
  })

  test.each<[string, Headers]>([
    ['none', {}],
    ['an empty one', { 'x-csrf-token': '' }],
    ['another one', { 'x-csrf-token': '0'.repeat(64) }]
  ])('answers 403 to a session that changes something with %s CSRF value', async (_, headers) => {
    const gate = new Gate()
    const { cookie } = await gate.browser()
    for (const method of ['POST', 'GET']) {
      const answer = gate.ask('write', { cookie, method, ...headers })
      expect(answer).toMatchObject({ answer: { status: 403, body: 'CSRF token mismatch\n' } })
    }
    expect(gate.status('admin', { cookie, ...headers })).toBe(403)
    expect(gate.status('report', { cookie, ...headers })).toBe(403)
  })

  test('does not fall back to a valid session when a wrong Bearer is sent', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    expect(gate.status('read', { ...headers, ...bearer('wrong') })).toBe(401)
    expect(gate.status('read', { ...headers, authorization: 'Basic x' })).toBe('ok')
  })

  test('takes a session for no more than its time', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    gate.at += hour - 1
    expect(gate.status('read', headers)).toBe('ok')
    gate.at += 1
    expect(gate.status('read', headers)).toBe(401)
  })

  test('never takes a secret of a credential for the key, though it was configured as one', async () => {
    const access = memoryAccess()
    const created = await access.credentials.create({ role: 'auditor', name: 'eve' })
    if (!created.ok) throw new Error('refused')
    const gate = new Gate({ apiKey: created.secret, access })
    expect(gate.ask('read', bearer(created.secret))).toMatchObject({
      principal: { role: 'auditor' }
    })
    expect(gate.status('write', bearer(created.secret))).toBe(403)
    await access.credentials.revoke('eve')
    expect(gate.status('read', bearer(created.secret))).toBe(401)
  })
})

describe('the gate without an API key', () => {
  test('lets everybody do everything, whatever they send', () => {
    const gate = new Gate({ apiKey: null })
    for (const headers of [{}, bearer('x'), { cookie: 'ag_session=x' }]) {
      for (const need of needs) {
        expect(gate.ask(need, headers)).toEqual({
          ok: true,
          principal: { via: 'open', role: 'admin' }
        })
      }
    }
    expect(gate.auth.isOpen()).toBe(true)
  })

  test('takes an empty key for none', () => {
    expect(new Gate({ apiKey: '' }).auth.isOpen()).toBe(true)
  })

  test('closes with the first credential, and stays closed when that is revoked', async () => {
    const gate = new Gate({ apiKey: null })
    const secret = await gate.issue({ role: 'admin', name: 'root' })
    expect(gate.auth.isOpen()).toBe(false)
    expect(gate.status('read')).toBe(401)
    expect(gate.status('read', bearer(secret))).toBe('ok')
    await gate.access.credentials.revoke('root')
    gate.at += hour
    expect(gate.auth.isOpen()).toBe(false)
    expect(gate.status('read')).toBe(401)
  })
})

describe('the gate of named credentials', () => {
  const cases = roles.flatMap((role) => needs.map((need): [Role, Need] => [role, need]))

  test.each(cases)('lets the role %s do what the table says about %s', async (role, need) => {
    const gate = new Gate()
    const secret = await gate.issue({ role, name: 'somebody' })
    const answer = gate.ask(need, bearer(secret))
    const isPermitted = permissions[role][need] !== 'none'
    expect(answer.ok).toBe(isPermitted)
    if (answer.ok) {
      expect(answer.principal).toMatchObject({
        via: 'bearer',
        role,
        name: 'somebody',
        requestedBy: 'somebody'
      })
    } else if (need === 'check') {
      expect(verdict(gate, bearer(secret))).toMatchObject({ matched_rule: 'deny:access:role' })
    } else {
      expect(answer.answer.status).toBe(403)
    }
  })

  test('knows the agent and the tenant of a credential', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'ci', agent: 'builder', tenant: 'acme' })
    expect(gate.ask('check', bearer(secret), 'acme')).toMatchObject({
      principal: { agent: 'builder', tenant: 'acme' }
    })
  })

  test('knows no agent where a credential asks for many', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'gateway', agent: '*' })
    const answer = gate.ask('check', bearer(secret))
    expect(answer.ok && answer.principal.agent).toBeUndefined()
  })

  test('refuses a credential in another tenant: a check with DENY, all else with 403', async () => {
    const gate = new Gate()
    const agent = await gate.issue({ role: 'agent', name: 'ci', tenant: 'acme' })
    const admin = await gate.issue({ role: 'admin', name: 'ann', tenant: 'acme' })
    for (const tenant of ['local', 'other']) {
      expect(verdict(gate, bearer(agent), tenant)).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:access:tenant'
      })
      for (const need of needs.filter((one) => one !== 'check')) {
        expect(gate.status(need, bearer(admin), tenant)).toBe(403)
      }
    }
    expect(gate.status('write', bearer(admin), 'acme')).toBe('ok')
  })

  test('ends a session with the credential that opened it', async () => {
    const gate = new Gate()
    const headers = await gate.browser(await gate.issue({ role: 'approver', name: 'ann' }))
    expect(gate.ask('write', headers)).toMatchObject({
      principal: { via: 'session', role: 'approver', name: 'ann' }
    })
    await gate.access.credentials.revoke('ann')
    expect(gate.status('write', headers)).toBe(401)
  })
})

describe('the gate of checks', () => {
  test('lets everybody ask who sends nothing, or something that is for somebody else', () => {
    const gate = new Gate()
    for (const headers of [{}, { authorization: 'Basic x' }, { cookie: 'ag_session=x' }]) {
      expect(gate.ask('check', headers)).toEqual({
        ok: true,
        principal: { via: 'open', role: 'anonymous' }
      })
    }
  })

  test('looks at what is sent, and answers a wrong credential with 200 and DENY', async () => {
    const gate = new Gate()
    const expired = await gate.issue({ role: 'agent', name: 'a', expiresAt: gate.at + 1 })
    const revoked = await gate.issue({ role: 'agent', name: 'b' })
    await gate.access.credentials.revoke('b')
    gate.at += 1
    for (const secret of ['wrong', expired, revoked]) {
      expect(verdict(gate, bearer(secret))).toEqual({
        schema_version: 'v1',
        decision: 'DENY',
        reason: 'The credential is not valid',
        matched_rule: 'deny:access:invalid_credential'
      })
    }
  })

  test('has the timing headers of a check also where it refuses', () => {
    const answer = new Gate().ask('check', bearer('wrong'))
    expect(!answer.ok && answer.answer.headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-AgentGuard-Total-Ms': '0.000'
    })
  })

  test('wants a credential of everybody where it is required', async () => {
    const gate = new Gate({ checkAuth: 'required' })
    expect(verdict(gate, {})).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:access:unauthenticated'
    })
    expect(gate.status('check', bearer(apiKey))).toBe('ok')
    const { cookie, ...csrf } = await gate.browser()
    expect(verdict(gate, { cookie })).toMatchObject({ matched_rule: 'deny:access:csrf' })
    expect(gate.status('check', { cookie, ...csrf })).toBe('ok')
  })

  test('wants a credential where it is required, also while there is neither a key nor a credential', async () => {
    const gate = new Gate({ apiKey: null, checkAuth: 'required' })
    expect(verdict(gate, {})).toMatchObject({ matched_rule: 'deny:access:unauthenticated' })
    expect(gate.status('read', {})).toBe('ok')
    const secret = await gate.issue({ role: 'agent', name: 'bot' })
    expect(await gate.auth.authorize(requestOf(bearer(secret)), 'check', 'local')).toMatchObject({
      ok: true
    })
  })

  test('denies, and throws nothing, when the store fails; who needs no store is let in', async () => {
    const access = memoryAccess()
    const fail = () => {
      throw new Error('disk on fire')
    }
    const broken = { ...access, credentials: { ...access.credentials, authenticate: fail } }
    const gate = new Gate({ access: broken })
    const secret = await gate.issue({ role: 'admin', name: 'root' })
    expect(verdict(gate, bearer(secret))).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:guard:access'
    })
    expect(gate.status('read', bearer(secret))).toBe(503)
    expect(gate.faults).toHaveLength(2)
    expect(gate.status('check')).toBe('ok')
    expect(gate.status('read', bearer(apiKey))).toBe('ok')
  })

  test('a store that answers later is waited for, and refuses when it fails', async () => {
    const access = memoryAccess()
    const authenticate = async (secret: string) => access.credentials.authenticate(secret)
    const slow = { ...access, credentials: { ...access.credentials, authenticate } }
    const gate = new Gate({ access: slow })
    const secret = await gate.issue({ role: 'auditor', name: 'eve' })
    const ask = (one: Gate) => one.auth.authorize(requestOf(bearer(secret)), 'read', 'local')
    expect(await ask(gate)).toMatchObject({ ok: true, principal: { name: 'eve' } })
    const rejects = () => Promise.reject(new Error('no route'))
    const broken = { ...access, credentials: { ...access.credentials, authenticate: rejects } }
    expect(await ask(new Gate({ access: broken }))).toMatchObject({ code: 'unavailable' })
  })

  test('a store that cannot tell whether there are credentials opens nothing', () => {
    const access = memoryAccess()
    const isInUse = () => {
      throw new Error('disk on fire')
    }
    const gate = new Gate({
      apiKey: null,
      access: { ...access, credentials: { ...access.credentials, isInUse } }
    })
    expect(gate.auth.isOpen()).toBe(false)
    expect(gate.status('read')).toBe(503)
    expect(verdict(gate, {})).toMatchObject({ matched_rule: 'deny:guard:access' })
  })
})

describe('what the gate tells', () => {
  test('every refusal is counted; a flood is told in few events', () => {
    const gate = new Gate()
    for (let count = 0; count < 1000; count++) gate.status('read')
    expect(gate.refusals).toHaveLength(1000)
    expect(gate.events.map((event) => event.type === 'refused' && event.count)).toEqual([
      1, 10, 100, 1000
    ])
    gate.at += 60_000
    gate.status('read')
    expect(gate.events.at(-1)).toEqual({
      type: 'refused',
      code: 'unauthenticated',
      peer: '192.0.2.1',
      need: 'read',
      tenant: 'local',
      count: 1
    })
  })

  test('a flood from many addresses is told in few events, too', () => {
    const gate = new Gate()
    for (let peer = 0; peer < 20_000; peer++) gate.status('read', { peer: `peer ${peer}` })
    expect(gate.refusals).toHaveLength(20_000)
    expect(gate.events.length).toBeLessThanOrEqual(300)
  })

  test('whose credential was refused is told, and no secret is', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'ci' })
    gate.status('write', bearer(secret))
    gate.status('read', bearer('a wrong key'))
    expect(gate.events).toMatchObject([
      { code: 'role', name: 'ci' },
      { code: 'invalid_credential' }
    ])
    expect(JSON.stringify(gate.events)).not.toMatch(/agk_|a wrong key/)
  })
})
