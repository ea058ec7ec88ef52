import { afterEach, describe, expect, test, vi } from 'vitest'
import { AgentGuard, type AgentGuardOptions, type CheckOptions } from '../../src/index.ts'
import { json, recordingFetch } from '../support/recording-fetch.ts'

function guardOf(fetch: typeof globalThis.fetch, options: AgentGuardOptions = {}): AgentGuard {
  const defaults = { baseUrl: 'http://guard', apiKey: 'key', tenantId: '', agentId: 'bot' }
  return new AgentGuard({ ...defaults, fetch, ...options })
}

async function bodyOf(options: CheckOptions, given: AgentGuardOptions = {}): Promise<string> {
  const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
  await guardOf(fetch, given).check('shell', options)
  return String(requests[0]?.init.body)
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the request of a check', () => {
  test('is one POST with a content type, and no key', async () => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    await guardOf(fetch).check('shell', { command: 'ls' })
    expect(requests).toEqual([
      {
        url: 'http://guard/v1/check',
        init: {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"scope":"shell","agent_id":"bot","command":"ls"}',
          signal: expect.any(AbortSignal)
        }
      }
    ])
  })

  test('goes through the global fetch of the moment', async () => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    const guard = new AgentGuard('http://guard')
    vi.stubGlobal('fetch', fetch)
    expect((await guard.check('shell')).allowed).toBe(true)
    expect(requests).toHaveLength(1)
  })

  test('has the members in the order of version 1.0', async () => {
    const options = {
      meta: { k: 'v' },
      estCost: 0.5,
      sessionId: 's',
      url: 'https://u',
      domain: 'd',
      path: '/p',
      command: 'c',
      action: 'a'
    }
    expect(await bodyOf(options)).toBe(
      '{"scope":"shell","agent_id":"bot","action":"a","command":"c","path":"/p","domain":"d","url":"https://u","session_id":"s","est_cost":0.5,"meta":{"k":"v"}}'
    )
  })

  test.each<[string, CheckOptions, string]>([
    ['empty texts are left out', { command: '', path: '', sessionId: '' }, ''],
    ['no cost is left out', { estCost: 0 }, ''],
    ['a negative cost is sent', { estCost: -1 }, ',"est_cost":-1'],
    ['an empty meta is sent', { meta: {} }, ',"meta":{}']
  ])('%s', async (_, options, expected) => {
    expect(await bodyOf(options, { agentId: '' })).toBe(
      `{"scope":"shell","agent_id":""${expected}}`
    )
  })

  test.each([
    ['', '/v1/check'],
    ['local', '/v1/check'],
    ['acme', '/v1/t/acme/check'],
    ['weird/tenant', '/v1/t/weird%2Ftenant/check'],
    ['t with spaces', '/v1/t/t%20with%20spaces/check']
  ])('of the tenant "%s" goes to %s', async (tenantId, path) => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    await guardOf(fetch, { tenantId }).check('shell')
    expect(requests[0]?.url).toBe(`http://guard${path}`)
  })
})

describe('the answer to a check', () => {
  test('is a result with getters that are not in its JSON', async () => {
    const body = {
      decision: 'REQUIRE_APPROVAL',
      reason: 'ask',
      matched_rule: 'r',
      approval_id: 'ap_1',
      approval_url: 'http://u',
      more: 1
    }
    const result = await guardOf(recordingFetch(json(body)).fetch).check('shell')
    expect([result.allowed, result.denied, result.needsApproval]).toEqual([false, false, true])
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      decision: 'REQUIRE_APPROVAL',
      reason: 'ask',
      matchedRule: 'r',
      approvalId: 'ap_1',
      approvalUrl: 'http://u'
    })
  })

  test('may have any spelling of its content type, and more behind it', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' }
    const { fetch } = recordingFetch(json({ decision: 'ALLOW' }, { headers }))
    const result = await guardOf(fetch).check('shell')
    expect(JSON.parse(JSON.stringify(result))).toEqual({ decision: 'ALLOW', reason: '' })
  })

  const text = (body: string, type: string): Response =>
    new Response(body, { headers: { 'Content-Type': type } })
  const missing = "AgentGuard returned malformed response body (missing 'decision')"
  const notJson = expect.stringMatching(/^AgentGuard returned non-JSON body: ./)
  test.each<[string, Response | Error, string]>([
    ['no answer', new TypeError('fetch failed'), 'AgentGuard unreachable: fetch failed'],
    [
      'an error, even one that says ALLOW',
      json({ decision: 'ALLOW' }, { status: 503 }),
      'AgentGuard returned status 503'
    ],
    [
      'another content type',
      text('{"decision":"ALLOW"}', 'text/html'),
      'AgentGuard returned unexpected content-type "text/html"'
    ],
    ['no JSON', text('{', 'application/json'), notJson],
    ['null', json(null), missing],
    ['a list', json([]), missing],
    ['no decision', json({ reason: 'x' }), missing],
    ['a decision that is no text', json({ decision: 1 }), missing]
  ])('counts as the fail mode says: %s', async (_, answer, reason) => {
    for (const [failMode, decision] of [
      ['deny', 'DENY'],
      ['allow', 'ALLOW']
    ] as const) {
      const { fetch, requests } = recordingFetch(answer)
      const result = await guardOf(fetch, { failMode }).check('shell')
      expect(requests).toHaveLength(1)
      expect(JSON.parse(JSON.stringify(result))).toEqual({
        decision,
        reason
      })
    }
  })

  test('a missing content type is another one', async () => {
    const answer = (): Response => new Response(new Uint8Array([123, 125]))
    const result = await guardOf(recordingFetch(answer).fetch).check('shell')
    expect(result.reason).toBe('AgentGuard returned unexpected content-type ""')
  })
})
