import { describe, expect, test } from 'vitest'
import { policyOf, policyText } from '../support/policy.ts'
import type { Open } from './http.contract.ts'

interface Entry {
  readonly request: { readonly command?: string }
  readonly [member: string]: unknown
}

/** What `/v1/audit` and batches must do, however they are reached. */
export function auditContract(name: string, open: Open): void {
  async function opened(options: Parameters<Open>[0] = {}) {
    const ask = await open(options)
    const post = (target: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(target, { method: 'POST', body: JSON.stringify(body), headers })
    const commands = async (target: string): Promise<(string | undefined)[]> => {
      const entries = (await (await ask(target)).json()) as Entry[] | null
      return (entries ?? []).map(({ request }) => request.command)
    }
    return { ask, post, commands }
  }

  describe(`GET /v1/audit ${name}`, () => {
    test('sees what was answered at once, in the shape of version 1.0', async () => {
      const { ask, post } = await opened()
      expect(await (await ask('/v1/audit')).text()).toBe('null\n')
      const meta = { transport: 'mcp_gateway' }
      const action = { scope: 'shell', command: 'ls -l', agent_id: 'bot', session_id: 's', meta }
      await post('/v1/check', action, { 'X-Request-Id': 'req-1' })
      const [entry] = (await (await ask('/v1/audit')).json()) as Entry[]
      expect(Object.keys(entry ?? {}).slice(0, 7)).toEqual([
        'timestamp',
        'session_id',
        'agent_id',
        'request',
        'result',
        'duration_ms',
        'transport'
      ])
      expect(entry).toMatchObject({
        session_id: 's',
        agent_id: 'bot',
        request: { ...action, schema_version: 'v1' },
        result: { schema_version: 'v1', decision: 'ALLOW', matched_rule: 'allow:shell:ls *' },
        transport: 'mcp_gateway',
        request_id: 'req-1'
      })
    })

    test('filters, orders and pages', async () => {
      const { ask, post, commands } = await opened()
      for (const [index, agent_id] of ['a', 'b', 'a', 'b'].entries()) {
        await post('/v1/check', { scope: 'shell', command: `ls ${index}`, agent_id })
      }
      await post('/v1/check', { scope: 'shell', command: 'rm x', agent_id: 'a' })
      expect(await commands('/v1/audit?limit=2')).toEqual(['ls 0', 'ls 1'])
      expect(await commands('/v1/audit?limit=2&offset=3')).toEqual(['ls 3', 'rm x'])
      expect(await commands('/v1/audit?order=desc&limit=2')).toEqual(['rm x', 'ls 3'])
      expect(await commands('/v1/audit?agent_id=b')).toEqual(['ls 1', 'ls 3'])
      expect(await commands('/v1/audit?agent_id=a&decision=DENY')).toEqual(['rm x'])
      expect(await commands('/v1/audit?transport=sdk&scope=shell&text=RM')).toEqual(['rm x'])
      expect(await commands('/v1/audit?decision=deny')).toEqual([])
      expect(
        await commands('/v1/audit?since=2000-01-01T00:00:00Z&until=2001-01-01T00:00:00Z')
      ).toEqual([])
      const first = await ask('/v1/audit?limit=4')
      const cursor = first.headers.get('X-AgentGuard-Next-Cursor')
      expect(await commands(`/v1/audit?limit=4&cursor=${cursor}`)).toEqual(['rm x'])
      expect((await ask('/v1/audit?limit=5')).headers.get('X-AgentGuard-Next-Cursor')).toBeNull()
    })

    const wrong: [query: string, message: string][] = [
      ['limit=0', 'invalid limit: value 0 below minimum 1'],
      ['limit=-5', 'invalid limit: value -5 below minimum 1'],
      ['limit=ten', 'invalid limit: not an integer: "ten"'],
      ['limit=1.5', 'invalid limit: not an integer: "1.5"'],
      ['offset=-1', 'invalid offset: value -1 below minimum 0'],
      ['offset=x', 'invalid offset: not an integer: "x"'],
      ['order=newest', 'invalid order: expected asc or desc'],
      ['since=yesterday', 'invalid query: expected a time of RFC 3339'],
      ['cursor=x', 'invalid query: expected a cursor of an earlier page']
    ]
    test.each(wrong)('?%s is refused', async (query, message) => {
      const { ask } = await opened()
      const response = await ask(`/v1/audit?${query}`)
      expect(response.status).toBe(400)
      expect(await response.text()).toBe(`${message}\n`)
    })

    test('the limits are those of the policy; more is cut without a word', async () => {
      const { post, commands } = await opened({ auditLimits: { defaultLimit: 1, maxLimit: 2 } })
      for (let index = 0; index < 3; index++)
        await post('/v1/check', { scope: 'shell', command: 'ls x' })
      expect(await commands('/v1/audit')).toHaveLength(1)
      expect(await commands('/v1/audit?limit=50')).toHaveLength(2)
    })

    test('a tenant sees its own entries', async () => {
      const { post, commands } = await opened({ tenants: { acme: policyOf(policyText) } })
      await post('/v1/t/acme/check', { scope: 'shell', command: 'ls acme' })
      await post('/v1/check', { scope: 'shell', command: 'ls local' })
      expect(await commands('/v1/audit')).toEqual(['ls local'])
      expect(await commands('/v1/t/local/audit')).toEqual(['ls local'])
      expect(await commands('/v1/t/acme/audit')).toEqual(['ls acme'])
    })

    test('weakness 24: one entry of nearly a megabyte breaks no reading', async () => {
      const { ask, post } = await opened({ maxBodyBytes: 1_048_576 })
      await post('/v1/check', { scope: 'shell', command: `ls ${'<'.repeat(60_000)}` })
      const response = await ask('/v1/audit')
      expect(response.status).toBe(200)
      const [entry] = (await response.json()) as Entry[]
      expect(entry?.['truncated']).toEqual(['/request/command'])
    })

    test('any other method reads, as by version 1.0', async () => {
      const { ask } = await opened()
      const response = await ask('/v1/audit', { method: 'PUT' })
      expect(response.status).toBe(200)
    })
  })

  describe(`POST /v1/audit ${name}`, () => {
    const report = {
      rule: 'deny:gateway:fail_closed',
      reason: 'down',
      request: { scope: 'shell', command: 'x' }
    }

    test('writes down a denial, whatever decision is sent', async () => {
      const { ask, post } = await opened()
      const response = await post('/v1/audit', { ...report, decision: 'ALLOW' })
      expect(response.status).toBe(200)
      expect(response.headers.get('X-AgentGuard-Audit-Ms')).toMatch(/^\d+\.\d{3}$/)
      expect(await response.text()).toBe(
        '{"schema_version":"v1","decision":"DENY","reason":"down","matched_rule":"deny:gateway:fail_closed"}\n'
      )
      expect(await (await ask('/v1/audit')).json()).toMatchObject([
        { request: { command: 'x' }, result: { decision: 'DENY', matched_rule: report.rule } }
      ])
    })

    const wrong: [name: string, body: unknown, status: number, answer: RegExp][] = [
      ['no rule', { request: {} }, 400, /^rule is required\n$/],
      ['a blank rule', { rule: ' \t' }, 400, /^rule is required\n$/],
      ['a rule that is no text', { rule: 1 }, 400, /^Invalid request: rule: expected a string\n$/],
      [
        'a request that is none',
        { rule: 'x', request: { scope: 1 } },
        400,
        /^Invalid request: request: /
      ],
      ['a list', [], 400, /^Invalid request: /],
      ['another version', { schema_version: 'v2', rule: 'x' }, 400, /"received":"v2"/]
    ]
    test.each(wrong)('%s is refused', async (_, body, status, answer) => {
      const { ask, post } = await opened()
      const response = await post('/v1/audit', body)
      expect(response.status).toBe(status)
      expect(await response.text()).toMatch(answer)
      expect(await (await ask('/v1/audit')).text()).toBe('null\n')
    })

    test('a body that is too large is refused', async () => {
      const { post } = await opened({ maxBodyBytes: 50 })
      expect((await post('/v1/audit', { ...report, reason: 'x'.repeat(50) })).status).toBe(413)
    })
  })

  describe(`POST /v1/check/batch ${name}`, () => {
    const actions = [
      { scope: 'shell', command: 'ls -l' },
      { scope: 5 },
      { scope: 'shell', command: 'rm x' },
      { schema_version: 'v2' },
      { scope: 'x'.repeat(300) }
    ]
    test.each([
      ['a list', actions],
      ['an object', { actions }]
    ])('%s of actions gets a verdict for each, in order', async (_, body) => {
      const { post, commands } = await opened()
      const response = await post('/v1/check/batch', body)
      expect(response.status).toBe(200)
      const { results } = (await response.json()) as { results: Record<string, unknown>[] }
      expect(results.map(({ decision, matched_rule }) => [decision, matched_rule])).toEqual([
        ['ALLOW', 'allow:shell:ls *'],
        ['DENY', 'deny:request:invalid'],
        ['DENY', 'deny:shell:rm *'],
        ['DENY', 'deny:request:invalid'],
        ['DENY', 'deny:request:too_large']
      ])
      expect((await commands('/v1/audit')).sort()).toEqual(['ls -l', 'rm x'])
    })

    test.each([[{}], [{ actions: 1 }], ['x'], [null], [Array(101).fill({})]])(
      'what is no list of at most 100 is refused',
      async (body) => {
        const { post } = await opened()
        expect((await post('/v1/check/batch', body)).status).toBe(400)
      }
    )

    test('GET is not allowed', async () => {
      const { ask } = await opened()
      const response = await ask('/v1/check/batch')
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST'])
    })
  })
}
