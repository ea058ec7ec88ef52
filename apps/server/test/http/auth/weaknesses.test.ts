import { memoryApprovals } from '@agentguard/approvals'
import type { Approval } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { askAs, mayFollow } from '../../../src/http/auth/as-agent.ts'
import { createHostFilter } from '../../../src/http/auth/host-filter.ts'
import { keyPrincipal, type Principal, voterOf } from '../../../src/http/auth/principal.ts'
import { apiKey, bearer, Gate, hour } from './gate.ts'

/** What is known to be wrong with who may do what in version 1.0, by the numbers of the list that we keep. */
describe('weaknesses of version 1.0', () => {
  async function principalOf(
    gate: Gate,
    secret: string,
    need: 'check' | 'write'
  ): Promise<Principal> {
    const answer = gate.ask(need, bearer(secret))
    if (!answer.ok) throw new Error(answer.code)
    return answer.principal
  }

  async function ask(requestedBy: string | undefined, agent: string): Promise<Approval> {
    const approvals = memoryApprovals()
    const opened = await approvals.open({
      tenant: 'local',
      request: { scope: 'shell', command: 'rm x', agent_id: agent },
      context: {},
      result: { decision: 'REQUIRE_APPROVAL', reason: 'x' },
      ...(requestedBy === undefined ? {} : { requestedBy })
    })
    if (!opened.ok) throw new Error('refused')
    return opened.approval
  }

  test('1: whoever reaches the server can be made to show a credential before asking', () => {
    expect(new Gate({ checkAuth: 'required' }).ask('check')).toMatchObject({
      code: 'unauthenticated'
    })
  })

  test('1: a credential asks as its own agent; another name is denied, none is filled in', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'ci', agent: 'builder' })
    const principal = await principalOf(gate, secret, 'check')
    const action = { scope: 'shell', command: 'ls' }
    const own = { ...action, agent_id: 'builder' }
    expect(askAs(principal, own)).toEqual({ ok: true, action: own })
    expect(askAs(principal, action)).toEqual({ ok: true, action: own })
    expect(askAs(principal, { ...action, agent_id: '' })).toEqual({ ok: true, action: own })
    for (const agent_id of ['root', 'Builder', 'builder ']) {
      expect(askAs(principal, { ...action, agent_id })).toMatchObject({
        ok: false,
        rule: 'deny:access:agent_mismatch'
      })
    }
  })

  test('2: the credential of an agent follows its own approvals and answers none', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'agent', name: 'ci' })
    const principal = await principalOf(gate, secret, 'check')
    expect(gate.status('follow', bearer(secret))).toBe('ok')
    for (const need of ['read', 'write', 'admin'] as const) {
      expect(gate.status(need, bearer(secret))).toBe(403)
    }
    expect(mayFollow(principal, await ask('ci', 'ci'))).toBe(true)
    expect(mayFollow(principal, await ask('other', 'ci'))).toBe(false)
    // Clients of version 1.0 ask without a credential and poll with one.
    expect(mayFollow(principal, await ask(undefined, 'ci'))).toBe(true)
    expect(mayFollow(principal, await ask(undefined, 'other'))).toBe(false)
  })

  test('2: nobody approves what they have asked for', async () => {
    const gate = new Gate()
    const [ann, bob] = [
      await gate.issue({ role: 'admin', name: 'ann' }),
      await gate.issue({ role: 'admin', name: 'bob' })
    ]
    const approvals = memoryApprovals()
    const { requestedBy } = await principalOf(gate, ann, 'check')
    const opened = await approvals.open({
      tenant: 'local',
      request: { scope: 'shell', command: 'rm x' },
      context: {},
      result: { decision: 'REQUIRE_APPROVAL', reason: 'x' },
      ...(requestedBy === undefined ? {} : { requestedBy })
    })
    if (!opened.ok) throw new Error('refused')
    const { id } = opened.approval
    const approve = async (secret: string) => {
      const voter = voterOf(await principalOf(gate, secret, 'write'), '192.0.2.1')
      return approvals.resolve('local', id, { decision: 'ALLOW', ...voter })
    }
    expect(await approve(ann)).toMatchObject({ ok: false, reason: 'self_approval' })
    expect(await approve(bob)).toMatchObject({ ok: true, approval: { resolved_by: 'bob' } })
  })

  test('2: the API key may approve what a credential asked for, and, as before, what it asked for itself', async () => {
    expect(keyPrincipal).toMatchObject({ name: 'key' })
    expect(keyPrincipal.requestedBy).toBeUndefined()
    const voter = voterOf(keyPrincipal, '192.0.2.1')
    for (const requestedBy of ['ci', undefined]) {
      const approvals = memoryApprovals()
      const opened = await approvals.open({
        tenant: 'local',
        request: { scope: 'shell', command: 'rm x' },
        context: {},
        result: { decision: 'REQUIRE_APPROVAL', reason: 'x' },
        ...(requestedBy === undefined ? {} : { requestedBy })
      })
      if (!opened.ok) throw new Error('refused')
      const answer = { decision: 'ALLOW', ...voter } as const
      expect(await approvals.resolve('local', opened.approval.id, answer)).toMatchObject({
        ok: true
      })
    }
  })

  test('3: a credential has a role, a tenant and an end, and can be replaced while the server runs', async () => {
    const gate = new Gate()
    const secret = await gate.issue({
      role: 'auditor',
      name: 'eve',
      tenant: 'acme',
      expiresAt: gate.at + hour
    })
    expect(gate.status('read', bearer(secret), 'acme')).toBe('ok')
    expect(gate.status('read', bearer(secret), 'other')).toBe(403)
    expect(gate.status('write', bearer(secret), 'acme')).toBe(403)
    const rotated = await gate.access.credentials.rotate('eve')
    expect(gate.status('read', bearer(secret), 'acme')).toBe(401)
    expect(rotated.ok && gate.status('read', bearer(rotated.secret), 'acme')).toBe('ok')
    gate.at += hour
    expect(rotated.ok && gate.status('read', bearer(rotated.secret), 'acme')).toBe(401)
  })

  test('4: what pages can read does not hold the session', async () => {
    const gate = new Gate()
    const { body, cookies } = await gate.login(apiKey)
    const [session = '', csrf = ''] = cookies
    const token = session.match(/[0-9a-f]{64}/)?.[0] ?? 'none'
    expect(session).toContain('HttpOnly')
    expect(csrf).not.toContain(token)
    expect(body).not.toContain(token)
    const { csrf_token: value } = JSON.parse(body)
    expect(gate.status('read', { cookie: `ag_session=${value}` })).toBe(401)
    // The token does not serve as the CSRF value either.
    const headers = { cookie: `ag_session=${token}`, 'x-csrf-token': token }
    expect(gate.status('write', headers)).toBe(403)
  })

  test('5: without a key, a page under another name is refused (DNS rebinding)', () => {
    const open = createHostFilter({ isOpen: () => true, baseUrl: 'https://guard.example' })
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'guard.example', 'GUARD.example.']) {
      expect(open(name)).toBe(true)
    }
    for (const name of ['evil.example', '', 'localhost.evil.example', '192.0.2.1']) {
      expect(open(name)).toBe(false)
    }
    const keyed = createHostFilter({ isOpen: () => false })
    expect(keyed('anything.example')).toBe(true)
    const named = createHostFilter({ isOpen: () => false, allowedHosts: ['guard.example:8443'] })
    expect(named('guard.example')).toBe(true)
    expect(named('evil.example')).toBe(false)
  })

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['no site at all', { origin: 'null' }],
    ['another port of another name', { origin: 'http://guard.example:81' }],
    ['a site that says so without an origin', { 'sec-fetch-site': 'cross-site' }]
  ])('5: a page of %s can neither ask nor approve, with a key or without', async (_, headers) => {
    const host = 'guard.example'
    const open = new Gate({ apiKey: null })
    expect(open.status('write', { host, ...headers })).toBe(403)
    for (const gate of [open, new Gate()]) {
      const answer = gate.ask('check', { host, ...headers })
      if (answer.ok) throw new Error('let in')
      expect(answer.answer.status).toBe(200)
      expect(JSON.parse(answer.answer.body)).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:access:origin'
      })
    }
    const gate = new Gate()
    const signedIn = await gate.browser()
    expect(gate.status('write', { host, ...signedIn, ...headers })).toBe(403)
    // A program with a credential is no page that a browser was led to.
    expect(gate.status('write', { host, ...bearer(apiKey), ...headers })).toBe('ok')
  })

  test.each<[string, Record<string, string>]>([
    ['this server', { origin: 'https://guard.example' }],
    ['this machine', { origin: 'http://localhost:5173' }],
    ['no browser', {}],
    ['the person', { 'sec-fetch-site': 'none' }],
    [
      'this server, through a proxy that changes the host',
      { origin: 'https://public.example', 'sec-fetch-site': 'same-origin' }
    ]
  ])('5: what comes from %s is answered', (_, headers) => {
    const open = new Gate({ apiKey: null })
    expect(open.status('check', { host: 'guard.example', ...headers })).toBe('ok')
    expect(open.status('write', { host: 'guard.example', ...headers })).toBe('ok')
  })

  test('5: the one allowed origin and the base URL are ours; then pages of this machine are not', () => {
    const options = {
      apiKey: null,
      allowedOrigin: 'https://ui.example',
      baseUrl: 'https://g.example/x'
    }
    const gate = new Gate(options)
    for (const origin of ['https://ui.example', 'https://g.example']) {
      expect(gate.status('write', { host: '10.0.0.1:8080', origin })).toBe('ok')
    }
    expect(gate.status('write', { host: '10.0.0.1:8080', origin: 'http://localhost' })).toBe(403)
  })

  test('6: who guesses waits, is counted and told, and is told how to do it right', async () => {
    const gate = new Gate()
    for (let count = 0; count < 5; count++) {
      const answer = gate.ask('read', bearer(`guess ${count}`))
      if (answer.ok) throw new Error('let in')
      expect(answer.answer.status).toBe(401)
      expect(answer.answer.headers['WWW-Authenticate']).toContain('invalid_token')
    }
    const answer = gate.ask('read', bearer('guess 6'))
    if (answer.ok) throw new Error('let in')
    expect(answer.answer.status).toBe(429)
    expect(answer.answer.headers['Retry-After']).toBe('1')
    expect(gate.refusals.at(-1)).toBe('throttled')
    expect(gate.ask('check', bearer('guess 7'))).toMatchObject({ answer: { status: 200 } })
    expect((await gate.login('guess 8')).status).toBe(429)
  })

  test('6: an old key in a forgotten program keeps nobody out who has the right one', () => {
    const gate = new Gate()
    for (let count = 0; count < 1000; count++) gate.status('read', bearer('old key'))
    expect(gate.status('read', bearer(apiKey))).toBe('ok')
  })

  test('6: guesses from an address keep out nobody there whose key has been right before', () => {
    const gate = new Gate()
    expect(gate.status('read', bearer(apiKey))).toBe('ok')
    for (let count = 0; count < 100; count++) gate.status('read', bearer(`guess ${count}`))
    expect(gate.status('read', bearer(apiKey))).toBe('ok')
  })

  test('7: who answers is who was let in, not which headers there are', async () => {
    const open = new Gate({ apiKey: null }).ask('write', { ...bearer('x'), cookie: 'ag_session=x' })
    expect(open).toMatchObject({ principal: { via: 'open' } })
    const gate = new Gate()
    const headers = await gate.browser()
    const session = gate.ask('write', { ...headers, authorization: 'Basic x' })
    expect(session).toMatchObject({ principal: { via: 'session' } })
    const secret = await gate.issue({ role: 'approver', name: 'ann' })
    const answer = gate.ask('write', { ...bearer(secret), cookie: headers.cookie })
    if (!answer.ok) throw new Error('refused')
    expect(voterOf(answer.principal, '198.51.100.7')).toEqual({
      by: 'ann',
      roles: ['approver'],
      via: 'bearer',
      from: '198.51.100.7'
    })
  })

  test('8: who shows no credential, or that of another tenant, does not learn which tenants there are', async () => {
    const gate = new Gate()
    const secret = await gate.issue({ role: 'admin', name: 'ann', tenant: 'acme' })
    const statuses = ['acme', 'there-is-none'].map((tenant) => gate.status('read', {}, tenant))
    expect(statuses).toEqual([401, 401])
    expect(gate.status('read', bearer(secret), 'other')).toBe(403)
    expect(gate.status('read', bearer(secret), 'there-is-none')).toBe(403)
  })

  test('10: sessions can be listed and ended by others than who has the token', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    const [session] = await gate.access.sessions.list()
    expect(session).toMatchObject({ from: '192.0.2.1' })
    expect(await gate.access.sessions.revoke(session?.id ?? '')).toBe(true)
    expect(gate.status('read', headers)).toBe(401)
  })

  test('10: a page of another site signs nobody out', async () => {
    const gate = new Gate()
    const headers = await gate.browser()
    const origin = { origin: 'https://evil.example', host: 'guard.example' }
    const foreign = await gate.logout({ cookie: headers.cookie, ...origin })
    // Cookies that are cleared would sign out as well.
    expect(foreign).toMatchObject({ status: 204, cookies: [] })
    expect(gate.status('read', headers)).toBe('ok')
  })
})
