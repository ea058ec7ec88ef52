import { compilePolicy } from '@agentguard/policy'
import { describe, expect, test } from 'vitest'
import {
  AgentGuard,
  AgentGuardAuthError,
  type AgentGuardOptions,
  AgentGuardRequestError,
  type ObservedCall,
  type ObservedOutcome
} from '../src/index.ts'
import { localGate } from '../src/tool-gate/index.ts'
import { useGuardServer } from './support/guard-server.ts'
import { json, recordingFetch, silence } from './support/recording-fetch.ts'

const policy = `version: "1"
name: client
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm *" }]
    allow: [{ pattern: "ls *" }]
`
const acme = `version: "1"
name: acme
rules:
  - scope: shell
    allow: [{ pattern: "rm *" }]
`
const server = useGuardServer({
  policy,
  tenants: { acme },
  apiKey: 'secret-of-the-tests',
  args: ['--check-auth', 'required']
})

function client(options: AgentGuardOptions = {}): AgentGuard {
  return server().client({ authenticateChecks: true, agentId: 'bot', ...options })
}

function guardOf(fetch: typeof globalThis.fetch, options: AgentGuardOptions = {}): AgentGuard {
  return new AgentGuard({ baseUrl: 'http://guard', tenantId: '', fetch, ...options })
}

describe('a client of a server', () => {
  test('checks with its credential, where that is wanted', async () => {
    expect(await client().check('shell', { command: 'ls -l' })).toMatchObject({
      decision: 'ALLOW',
      matchedRule: 'allow:shell:ls *'
    })
    const without = await client({ authenticateChecks: false }).check('shell', { command: 'ls -l' })
    expect(without.matchedRule).toBe('deny:access:unauthenticated')
  })

  test('has what the server says beyond version 1.0', async () => {
    const { wire } = await client().check('shell', { command: 'ls -l' })
    expect(wire).toMatchObject({ rule_source: { line: 7 }, policy_digest: expect.any(String) })
  })

  test('asks as another tenant, agent or session', async () => {
    const other = client().with({ tenantId: 'acme', agentId: 'other', sessionId: 's1' })
    expect((await other.check('shell', { command: 'rm x' })).allowed).toBe(true)
    const { entries } = await other.audit()
    expect(entries.at(-1)).toMatchObject({ agent_id: 'other', session_id: 's1', tenant_id: 'acme' })
  })

  test('asks about many actions at once, in their order', async () => {
    const commands = Array.from({ length: 103 }, (_, at) => (at % 2 ? 'ls a' : 'rm a'))
    const results = await client().checkBatch(
      commands.map((command) => ({ scope: 'shell', command }))
    )
    expect(results.map(({ decision }) => decision)).toEqual(
      commands.map((command) => (command === 'ls a' ? 'ALLOW' : 'DENY'))
    )
  })

  test('waits for a person, whose yes is used once', async () => {
    const asked = { command: 'npm ci' }
    const { approvalId = '' } = await client().check('shell', asked)
    const waiting = client().wait(approvalId)
    expect((await client().pending()).map(({ id }) => id)).toEqual([approvalId])
    await server().approve(approvalId)
    expect(await waiting).toMatchObject({ decision: 'ALLOW', reason: 'resolved' })
    const used = await client().check('shell', { ...asked, reuseApproval: true })
    expect(used).toMatchObject({ matchedRule: 'allow:approved', approvalId })
    const again = await client().check('shell', { ...asked, approvalId })
    expect(again.needsApproval).toBe(true)
  })

  test('reads how the server does, and pages of the log', async () => {
    expect(await client().health()).toMatchObject({ status: 'ok', tenant: 'local' })
    const first = await client().audit({ agent_id: 'bot', limit: 1 })
    expect(first.entries).toHaveLength(1)
    const next = await client().audit({ agent_id: 'bot', limit: 1, cursor: first.cursor })
    expect(next.entries[0]?.seq).toBeGreaterThan(first.entries[0]?.seq ?? 0)
  })

  test('says why something cannot be read', async () => {
    await expect(client({ apiKey: 'wrong' }).audit()).rejects.toThrow(AgentGuardAuthError)
    const nowhere = client({ tenantId: 'nobody' })
    await expect(nowhere.audit()).rejects.toMatchObject({ code: 'status', status: 404 })
    await expect(nowhere.audit()).rejects.toThrow(AgentGuardRequestError)
    const html = guardOf(recordingFetch(new Response('<html>')).fetch)
    await expect(html.audit()).rejects.toMatchObject({ code: 'malformed' })
  })

  test('is a gate', async () => {
    const gate = client({ sessionId: 's2' }).asGate()
    const verdict = await gate({ scope: 'shell', command: 'rm x', meta: { tool: 't' } })
    expect(verdict).toMatchObject({
      schema_version: 'v1',
      decision: 'DENY',
      reason: 'nothing is deleted',
      rule_source: { line: 5 }
    })
    const { entries } = await client().audit({ session_id: 's2' })
    expect(entries.at(-1)?.request).toMatchObject({ agent_id: 'bot', meta: { tool: 't' } })
  })

  test('carries the trace of its caller', async () => {
    const calls: ObservedCall[] = []
    const outcomes: ObservedOutcome[] = []
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const traced = client({
      observe: (call) => {
        calls.push(call)
        return { headers: { traceparent }, end: (outcome) => outcomes.push(outcome) }
      }
    })
    await traced.check('shell', { command: 'ls a' })
    expect(calls).toEqual([{ operation: 'check', scope: 'shell', tenantId: '', agentId: 'bot' }])
    expect(outcomes).toEqual([
      { durationMs: expect.any(Number), value: expect.objectContaining({ decision: 'ALLOW' }) }
    ])
  })
})

describe('giving up', () => {
  test('ends a check, which is no verdict then, also for who fails open', async () => {
    const { fetch } = recordingFetch(silence)
    const guard = guardOf(fetch, { failMode: 'allow' })
    const controller = new AbortController()
    const { signal } = controller
    const checks = [
      guard.check('shell', {}, { signal }),
      guard.checkBatch([{ scope: 'shell' }], { signal }),
      guard.asGate()({ scope: 'shell' }, { signal }),
      guard.wait('ap_1', { signal }),
      guard.waitForApproval('ap_1', 1000, 10, { signal }),
      guard.audit({}, { signal })
    ]
    const reason = new Error('enough')
    controller.abort(reason)
    for (const check of checks) await expect(check).rejects.toBe(reason)
  })

  test('before a check means that nothing is sent', async () => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(guardOf(fetch).check('shell', {}, { signal })).rejects.toThrow('enough')
    expect(requests).toEqual([])
  })
})

describe('retries', () => {
  const allowed = json({ decision: 'ALLOW' })
  const busy = json({}, { status: 503, headers: { 'Retry-After': '0' } })

  test('are made when the server says that it did nothing', async () => {
    const { fetch, requests } = recordingFetch(busy, busy, allowed)
    const guard = guardOf(fetch, { retries: 2 })
    expect((await guard.check('cost', { estCost: 1 })).allowed).toBe(true)
    expect(requests).toHaveLength(3)
  })

  test('are made when there is no answer, and end', async () => {
    const { fetch, requests } = recordingFetch(new TypeError('fetch failed'))
    expect((await guardOf(fetch, { retries: 1 }).check('shell')).decision).toBe('DENY')
    expect(requests).toHaveLength(2)
  })

  test.each([{ estCost: 1 }, { actions: [{ scope: 'cost', est_cost: 1 }] }])(
    'are not made where asking twice could take money twice: %j',
    async (options) => {
      const { fetch, requests } = recordingFetch(new TypeError('fetch failed'), allowed)
      expect((await guardOf(fetch, { retries: 3 }).check('cost', options)).decision).toBe('DENY')
      expect(requests).toHaveLength(1)
    }
  )

  test('are within the time-out, and then the last failure is told', async () => {
    const later = json({}, { status: 503, headers: { 'Retry-After': '3600' } })
    const { fetch, requests } = recordingFetch(later, allowed)
    const result = await guardOf(fetch, { retries: 3, timeout: 30 }).check('shell')
    expect(result.reason).toBe('AgentGuard returned status 503')
    expect(requests).toHaveLength(1)
  })

  test('are not made for an answer that is no verdict, or a denial', async () => {
    const { fetch, requests } = recordingFetch(json({ decision: 'DENY' }))
    await guardOf(fetch, { retries: 3 }).check('shell')
    expect(requests).toHaveLength(1)
  })
})

describe('a batch', () => {
  const checks = [
    { scope: 'shell', command: 'a' },
    { scope: 'shell', command: 'b' }
  ]

  test('is asked one by one where the server knows no batches', async () => {
    const { fetch, requests } = recordingFetch(
      json({}, { status: 404 }),
      json({ decision: 'ALLOW' }),
      json({ decision: 'DENY' })
    )
    const results = await guardOf(fetch).checkBatch(checks)
    expect(results.map(({ decision }) => decision)).toEqual(['ALLOW', 'DENY'])
    expect(requests[1]?.init.body).toBe('{"scope":"shell","agent_id":"","command":"a"}')
  })

  test.each([
    ['too few verdicts', json({ results: [{ decision: 'ALLOW' }] })],
    ['no verdicts', json({})],
    ['an error', json({}, { status: 500 })]
  ])('with %s is a denial of each', async (_, answer) => {
    const results = await guardOf(recordingFetch(answer).fetch).checkBatch(checks)
    expect(results.map(({ decision }) => decision)).toEqual(['DENY', 'DENY'])
  })

  test.each([
    ['before it was read', { decision: 'DENY', reason: 'no', results: Array(100).fill({}) }],
    ['with one verdict', { decision: 'DENY', reason: 'no' }]
  ])('that the server refuses %s is a denial of each, also for who fails open', async (_, body) => {
    const { fetch } = recordingFetch(json(body))
    const results = await guardOf(fetch, { failMode: 'allow' }).checkBatch(checks)
    expect(results).toMatchObject([
      { decision: 'DENY', reason: 'no' },
      { decision: 'DENY', reason: 'no' }
    ])
  })

  test.each([400, 413])(
    'that is refused as such with %i, as one of them is or all together, is asked one by one',
    async (status) => {
      const { fetch } = recordingFetch(
        json({}, { status }),
        json({ decision: 'ALLOW' }),
        json({}, { status })
      )
      const results = await guardOf(fetch, { failMode: 'allow' }).checkBatch(checks)
      expect(results.map(({ decision }) => decision)).toEqual(['ALLOW', 'DENY'])
    }
  )

  test('denies what cannot be sent, and only that', async () => {
    const { fetch } = recordingFetch(json({ decision: 'ALLOW' }))
    const bad = { scope: 'cost', estCost: Number.NaN }
    const results = await guardOf(fetch).checkBatch([{ scope: 'shell' }, bad])
    expect(results.map(({ decision }) => decision)).toEqual(['ALLOW', 'DENY'])
  })
})

describe('an observer that throws', () => {
  const fail = (): never => {
    throw new Error('the log is full')
  }

  test.each([
    ['before', fail],
    ['after', () => ({ end: fail })]
  ])('%s a check makes it a denial, also for who fails open', async (_, observe) => {
    const { fetch } = recordingFetch(json({ decision: 'ALLOW' }))
    const guard = guardOf(fetch, { observe, failMode: 'allow' })
    expect(await guard.check('shell')).toMatchObject({
      decision: 'DENY',
      fault: { code: 'observer' }
    })
    const [first] = await guard.checkBatch([{ scope: 'shell' }])
    expect(first?.decision).toBe('DENY')
  })
})

describe('wait', () => {
  const resolved = json({ status: 'resolved', decision: 'ALLOW' })

  test('has the server hold its answer back', async () => {
    const { fetch, requests } = recordingFetch(resolved)
    await guardOf(fetch).wait('ap_1')
    expect(requests[0]?.url).toBe('http://guard/v1/wait/ap_1?timeout=30000ms')
  })

  test('polls a server that cannot', async () => {
    const pending = json({ status: 'pending' })
    const { fetch, requests } = recordingFetch(json({}, { status: 404 }), pending, resolved)
    expect((await guardOf(fetch).wait('ap_1')).allowed).toBe(true)
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual([
      '/v1/wait/ap_1',
      '/v1/status/ap_1',
      '/v1/status/ap_1'
    ])
  })

  test('says that nobody answered in time, when the server does', async () => {
    const expired = json({ status: 'resolved', decision: 'DENY', expired: true })
    const { fetch } = recordingFetch(expired)
    expect((await guardOf(fetch).wait('ap_1')).reason).toBe('Approval timed out')
  })
})

describe('a local gate', () => {
  const compiled = compilePolicy(policy)
  if (!compiled.ok) throw new Error('the policy does not compile')
  const gate = localGate(compiled.policy)

  test('answers like a server, without one', async () => {
    expect(await gate({ scope: 'shell', command: 'rm x' })).toMatchObject({ decision: 'DENY' })
    expect(await gate({ scope: 'shell', command: 'ls x' })).toMatchObject({ decision: 'ALLOW' })
  })

  test('denies when its policy fails', async () => {
    const broken = localGate({
      check() {
        throw new Error('broken')
      }
    })
    expect(await broken({ scope: 'shell' })).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:guard:policy'
    })
  })

  test('rejects only when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(gate({ scope: 'shell' }, { signal })).rejects.toThrow('enough')
  })
})
