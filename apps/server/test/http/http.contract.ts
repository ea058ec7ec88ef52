import { describe, expect, test } from 'vitest'
import type { TestDeps } from '../support/deps.ts'
import { policyOf, policyText } from '../support/policy.ts'

/** Sends a request to a server that has been made for these dependencies. */
type Ask = (target: string, init?: RequestInit) => Promise<Response>

const json = 'application/json'
const text = 'text/plain; charset=utf-8'

/** Makes a server for some dependencies, until the test is over. */
export type Open = (deps?: TestDeps) => Promise<Ask>

/** What every way to reach the application must do alike. */
export function httpContract(name: string, open: Open): void {
  const check = async (
    body: string | Uint8Array<ArrayBuffer>,
    deps?: TestDeps
  ): Promise<Response> => (await open(deps))('/v1/check', { method: 'POST', body })

  describe(`POST /v1/check ${name}`, () => {
    const verdicts: [name: string, body: string, answer: string][] = [
      [
        'an allowed action',
        '{"scope":"shell","command":"ls -la"}',
        '{"schema_version":"v1","decision":"ALLOW","reason":"Allowed by shell rule","matched_rule":"allow:shell:ls *","rule_source":{"line":11}}\n'
      ],
      [
        'a denied action, its reason escaped for HTML',
        '{"scope":"shell","command":"rm -rf /"}',
        '{"schema_version":"v1","decision":"DENY","reason":"no \\u003cdeleting\\u003e \\u0026 such","matched_rule":"deny:shell:rm *","rule_source":{"line":6}}\n'
      ],
      [
        'an action that no rule matches',
        '{"scope":"shell","command":"make"}',
        '{"schema_version":"v1","decision":"DENY","reason":"No matching allow rule (default deny)"}\n'
      ],
      [
        'an empty object',
        '{}',
        '{"schema_version":"v1","decision":"DENY","reason":"No matching allow rule (default deny)"}\n'
      ],
      [
        'null',
        'null',
        '{"schema_version":"v1","decision":"DENY","reason":"No matching allow rule (default deny)"}\n'
      ],
      [
        'members that nobody knows, and empty version',
        '{"schema_version":"","scope":"shell","command":"ls -l","colour":["red"]}',
        '{"schema_version":"v1","decision":"ALLOW","reason":"Allowed by shell rule","matched_rule":"allow:shell:ls *","rule_source":{"line":11}}\n'
      ]
    ]
    test.each(verdicts)('%s is answered with a verdict', async (_, body, answer) => {
      const response = await check(body)
      expect(response.status).toBe(200)
      expect(response.headers.get('Content-Type')).toBe(json)
      expect(await response.text()).toBe(answer)
    })

    test('a verdict says how long it took, with three decimals', async () => {
      const { headers } = await check('{"scope":"shell","command":"ls -l"}')
      const [policy, audit, total] = ['Policy', 'Audit', 'Total'].map((part) =>
        headers.get(`X-AgentGuard-${part}-Ms`)
      )
      for (const time of [policy, audit, total]) expect(time).toMatch(/^\d+\.\d{3}$/)
      expect(Number(total)).toBeGreaterThanOrEqual(Number(policy) + Number(audit))
    })

    const invalid: [name: string, body: string | Uint8Array<ArrayBuffer>, detail: RegExp][] = [
      ['an empty body', '', /^EOF$/],
      ['half an object', '{"scope":', /unexpected EOF/],
      ['what is no JSON', 'scope=shell', /expected a value/],
      ['an array', '[]', /expected an object/],
      ['a number for a text', '{"command":1}', /^command: expected a string, received a number$/],
      ['a list in meta', '{"meta":{"a":[]}}', /meta/],
      ['a number that is out of range', '{"est_cost":1e999}', /number out of range/],
      ['the same member twice', '{"scope":"a","scope":"b"}', /duplicate member/],
      ['a member in another case', '{"Scope":"shell"}', /scope/],
      ['text after the value', '{} {}', /expected nothing after the value/],
      ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /expected UTF-8/]
    ]
    test.each(invalid)('%s is refused', async (_, body, detail) => {
      const response = await check(body)
      expect(response.status).toBe(400)
      expect(response.headers.get('Content-Type')).toBe(text)
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(response.headers.get('X-AgentGuard-Total-Ms')).toBeNull()
      const message = await response.text()
      expect(message).toMatch(/^Invalid request: .*\n$/)
      expect(message.slice('Invalid request: '.length, -1)).toMatch(detail)
    })

    test('another schema version is refused', async () => {
      const response = await check('{"schema_version":"v2<","scope":"shell"}')
      expect(response.status).toBe(400)
      expect(response.headers.get('Content-Type')).toBe(json)
      expect(await response.text()).toBe(
        '{"error":"unsupported schema_version; expected v1","received":"v2\\u003c"}\n'
      )
    })

    test('neither the type nor the encoding of the request is looked at', async () => {
      const ask = await open()
      const headers = { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' }
      const body = '{"scope":"shell","command":"ls -l"}'
      const response = await ask('/v1/check', { method: 'POST', body, headers })
      expect(response.status).toBe(200)
    })

    test('a body of exactly the limit is answered, one byte more is too large', async () => {
      const body = '{"scope":"shell","command":"ls -l"}'.padEnd(100)
      expect((await check(body, { maxBodyBytes: 100 })).status).toBe(200)
      const response = await check(`${body} `, { maxBodyBytes: 100 })
      expect(response.status).toBe(413)
      expect(response.headers.get('Content-Type')).toBe(text)
      expect(response.headers.get('Connection')).toBe('close')
      expect(await response.text()).toBe('Request body too large (limit 100 bytes)\n')
    })

    test('a member that is too long is a denial, since some clients take an error for a yes', async () => {
      const response = await check(JSON.stringify({ scope: 'x'.repeat(300) }))
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:request:too_large'
      })
    })

    test('a policy that fails is a denial', async () => {
      const faults: unknown[] = []
      const fault = new Error('broken')
      const policy = {
        ...policyOf(policyText),
        check() {
          throw fault
        }
      }
      const onFault = (error: unknown): void => void faults.push(error)
      const response = await check('{"scope":"shell","command":"ls -l"}', { policy, onFault })
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        schema_version: 'v1',
        decision: 'DENY',
        reason: 'The policy could not be asked, so nothing is allowed',
        matched_rule: 'deny:guard:policy'
      })
      expect(faults).toEqual([fault])
    })

    test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s is not allowed', async (method) => {
      const response = await (await open())('/v1/check', { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('Allow')).toBeNull()
      expect(response.headers.get('Content-Type')).toBe(text)
      expect(await response.text()).toBe(method === 'HEAD' ? '' : 'Method not allowed\n')
    })

    test('a query changes nothing', async () => {
      const ask = await open({ maxBodyBytes: 50 })
      const good = { method: 'POST', body: '{"scope":"shell","command":"ls -l"}' }
      expect(await (await ask('/v1/check?a=b', good)).json()).toMatchObject({ decision: 'ALLOW' })
      const large = { method: 'POST', body: ' '.repeat(51) }
      expect((await ask('/v1/check?a=b', large)).status).toBe(413)
    })
  })

  describe(`health ${name}`, () => {
    test.each(['GET', 'POST', 'PUT'])(
      '%s /health says that the server is there',
      async (method) => {
        const response = await (await open())('/health', { method })
        expect(response.status).toBe(200)
        expect(response.headers.get('Content-Type')).toBe(json)
        expect(await response.text()).toBe('{"status":"ok","version":"1.2.3"}\n')
      }
    )

    test('HEAD /health has no body', async () => {
      const response = await (await open())('/health', { method: 'HEAD' })
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('')
    })

    test('/v1/health says how it does; a probe is no traffic', async () => {
      const ask = await open()
      await ask('/v1/health')
      expect(await (await ask('/v1/health')).text()).toBe(
        '{"status":"ok","version":"1.2.3","tenant":"local","last_policy_load_at":"2026-11-22T09:08:07.060Z","uptime_seconds":0,"warnings":[]}\n'
      )
      await ask('/v1/check', { method: 'POST', body: '{}' })
      expect(await (await ask('/v1/health')).json()).toMatchObject({
        last_request_at: '2026-11-22T09:08:07.060Z'
      })
    })

    test('POST /v1/health is not allowed', async () => {
      const response = await (await open())('/v1/health', { method: 'POST' })
      expect(response.status).toBe(405)
      expect(response.headers.get('Allow')).toBe('GET, HEAD')
      expect(await response.text()).toBe('Method Not Allowed\n')
    })
  })

  describe(`routing ${name}`, () => {
    test.each(['/', '/v1', '/v1/check/', '/v1/checks', '/metrics', '/dashboard'])(
      '%s is not found',
      async (target) => {
        const response = await (await open())(target)
        expect(response.status).toBe(404)
        expect(response.headers.get('Content-Type')).toBe(text)
        expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
        expect(await response.text()).toBe('404 page not found\n')
      }
    )

    test.each(['/v1/check', '/health', '/nowhere'])('OPTIONS %s has no content', async (target) => {
      const response = await (await open())(target, { method: 'OPTIONS' })
      expect(response.status).toBe(204)
      expect(await response.text()).toBe('')
      expect(response.headers.get('Vary')).toBe('Origin')
    })

    test('what fails in a route is an internal error that tells nothing', async () => {
      const faults: unknown[] = []
      const fault = new Error('secret')
      const health = (): never => {
        throw fault
      }
      const ask = await open({ onFault: (error) => void faults.push(error), health })
      const response = await ask('/v1/health')
      expect(response.status).toBe(500)
      expect(response.headers.get('Content-Type')).toBe(json)
      expect(await response.text()).toBe('{"error":"internal server error"}')
      expect(faults).toEqual([fault])
    })
  })

  describe(`CORS ${name}`, () => {
    const accepted = {
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'Content-Type, Authorization, X-CSRF-Token'
    }
    const targets: [target: string, init: RequestInit][] = [
      ['/v1/check', { method: 'POST', body: '{}' }],
      ['/v1/check', { method: 'OPTIONS' }],
      ['/v1/check', { method: 'PUT' }],
      ['/health', {}],
      ['/nowhere', {}]
    ]

    test.each(targets)('%s %o has the headers of an accepted origin', async (target, init) => {
      const origin = 'http://localhost:3000'
      const { headers } = await (await open())(target, { ...init, headers: { Origin: origin } })
      expect(headers.get('Access-Control-Allow-Origin')).toBe(origin)
      expect(headers.get('Vary')).toBe('Origin')
      expect(Object.fromEntries(headers)).toMatchObject(accepted)
    })

    test.each(targets)('%s %o is processed for an origin that is not', async (target, init) => {
      const ask = await open()
      const without = await ask(target, init)
      const response = await ask(target, { ...init, headers: { Origin: 'https://evil.example' } })
      expect(response.status).toBe(without.status)
      expect(response.headers.get('Vary')).toBe('Origin')
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(response.headers.get('Access-Control-Allow-Methods')).toBeNull()
    })
  })
}
