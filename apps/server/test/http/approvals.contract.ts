import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { policyOf, policyText } from '../support/policy.ts'
import type { Open } from './http.contract.ts'

const json = 'application/json'
const text = 'text/plain; charset=utf-8'
const action = {
  scope: 'shell',
  command: 'npm test',
  agent_id: 'bot',
  est_cost: 1,
  meta: { k: 'v' }
}

interface Verdict {
  readonly decision: string
  readonly matched_rule: string
  readonly reason: string
  readonly approval_id: string
  readonly approval_url: string
}

/** What the routes of approvals must do, however they are reached. */
export function approvalsContract(name: string, open: Open): void {
  async function opened(options: Parameters<Open>[0] = {}) {
    const ask = await open(options)
    const check = async (body: unknown, prefix = '/v1'): Promise<Verdict> => {
      const init = { method: 'POST', body: JSON.stringify(body) }
      return (await (await ask(`${prefix}/check`, init)).json()) as Verdict
    }
    const post = (target: string, body?: string) =>
      ask(target, { method: 'POST', ...(body === undefined ? {} : { body }) })
    return { ask, check, post }
  }

  describe(`approvals ${name}`, () => {
    test('an action that needs approval is answered with an id and a URL', async () => {
      const { check } = await opened()
      const verdict = await check(action)
      expect(verdict).toMatchObject({
        decision: 'REQUIRE_APPROVAL',
        matched_rule: 'require_approval:shell:npm *',
        approval_id: expect.stringMatching(/^ap_[0-9a-f]{32}$/),
        approval_url: `http://guard.test/v1/approve/${verdict.approval_id}`
      })
    })

    test('the URL of another tenant names the tenant (weakness 20)', async () => {
      const { check } = await opened({ tenants: { acme: policyOf(policyText) } })
      const verdict = await check(action, '/v1/t/acme')
      expect(verdict.approval_url).toBe(
        `http://guard.test/v1/t/acme/approve/${verdict.approval_id}`
      )
    })

    test('approve, status and replay: used once', async () => {
      const { ask, check, post } = await opened()
      const { approval_id: id } = await check(action)
      expect(await (await ask(`/v1/status/${id}`)).text()).toBe(
        `{"id":"${id}","status":"pending"}\n`
      )
      expect(await check({ ...action, approval_id: id })).toMatchObject({
        decision: 'REQUIRE_APPROVAL',
        matched_rule: 'require_approval:pending',
        reason: `approval ${id} still pending human review`,
        approval_id: id
      })
      const approved = await post(`/v1/approve/${id}`)
      expect(approved.status).toBe(200)
      expect(approved.headers.get('Content-Type')).toBe(json)
      expect(await approved.text()).toBe(`{"id":"${id}","status":"approved"}\n`)
      expect(await (await ask(`/v1/status/${id}`)).text()).toBe(
        `{"decision":"ALLOW","id":"${id}","status":"resolved"}\n`
      )
      expect(await check({ ...action, approval_id: id })).toMatchObject({
        decision: 'ALLOW',
        matched_rule: 'allow:approved',
        reason: `approval ${id} resolved ALLOW by human`,
        approval_id: id
      })
      const again = await check({ ...action, approval_id: id })
      expect(again.decision).toBe('REQUIRE_APPROVAL')
      expect(again.approval_id).not.toBe(id)
    })

    test('the same answer again is fine, the opposite one is a conflict', async () => {
      const { check, post } = await opened()
      const { approval_id: id } = await check(action)
      for (let time = 0; time < 2; time++) {
        expect(await (await post(`/v1/deny/${id}`)).text()).toBe(
          `{"id":"${id}","status":"denied"}\n`
        )
      }
      const conflict = await post(`/v1/approve/${id}`)
      expect(conflict.status).toBe(409)
      expect(await conflict.text()).toBe(
        `{"error":"already resolved","id":"${id}","status":"denied"}\n`
      )
      expect(await check({ ...action, approval_id: id })).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:approved',
        approval_id: id
      })
    })

    test.each([
      ['/v1/approve/ap_none', 404, 'pending action ap_none not found\n'],
      ['/v1/deny/a/b%2fc', 404, 'pending action a/b/c not found\n'],
      ['/v1/approve/', 400, 'missing id\n'],
      ['/v1/deny/', 400, 'missing id\n']
    ])('POST %s is %i', async (target, status, body) => {
      const { post } = await opened()
      const response = await post(target)
      expect(response.status).toBe(status)
      expect(response.headers.get('Content-Type')).toBe(text)
      expect(await response.text()).toBe(body)
    })

    test.each(['/v1/status/ap_none', '/v1/wait/ap_none'])('GET %s is not found', async (target) => {
      const { ask } = await opened()
      const response = await ask(target)
      expect(response.status).toBe(404)
      expect(await response.text()).toBe('not found\n')
    })

    test('an approval of one tenant is not found by another', async () => {
      const { ask, check, post } = await opened({ tenants: { acme: policyOf(policyText) } })
      const { approval_id: id } = await check(action)
      expect((await ask(`/v1/t/acme/status/${id}`)).status).toBe(404)
      expect((await post(`/v1/t/acme/approve/${id}`)).status).toBe(404)
      expect((await post(`/v1/t/local/approve/${id}`)).status).toBe(200)
    })

    test('weakness 11: an approval is not good for another cost, other meta or another session', async () => {
      const { check, post } = await opened()
      const { approval_id: id } = await check(action)
      await post(`/v1/approve/${id}`)
      const others = [
        { est_cost: 99_999 },
        { meta: { k: 'w' } },
        { session_id: 's' },
        { path: '/x' }
      ]
      for (const other of others) {
        const verdict = await check({ ...action, ...other, approval_id: id })
        expect(verdict.decision, JSON.stringify(other)).toBe('REQUIRE_APPROVAL')
        expect(verdict.approval_id).not.toBe(id)
      }
      expect((await check({ ...action, approval_id: id })).decision).toBe('ALLOW')
    })

    test('weakness 13: an answer and its use are in the audit log', async () => {
      const { ask, check, post } = await opened()
      const { approval_id: id } = await check(action)
      await post(`/v1/approve/${id}`, '{"comment":"once, for the release"}')
      await check({ ...action, approval_id: id })
      for (const kind of ['approval-resolved', 'approval-consumed']) {
        const lines = (await (await ask(`/v1/audit?kind=${kind}`)).json()) as unknown[]
        expect(lines).toMatchObject([
          { _meta: { event: kind, detail: { id, comment: 'once, for the release' } } }
        ])
      }
    })

    test('an answer with `only` is for these; one that cannot be read is for none', async () => {
      const { ask, check, post } = await opened()
      const ids = [await check(action), await check(action), await check(action)].map(
        ({ approval_id: id }) => id
      )
      expect((await post(`/v1/approve/${ids[0]}`, '{"only":"all"}')).status).toBe(400)
      expect((await post(`/v1/approve/${ids[0]}`, JSON.stringify({ only: [ids[1]] }))).status).toBe(
        200
      )
      const statuses = await Promise.all(
        ids.map(
          async (id) =>
            ((await (await ask(`/v1/status/${id}`)).json()) as { status: string }).status
        )
      )
      expect(statuses).toEqual(['resolved', 'resolved', 'pending'])
    })

    test.each([
      ['is cut off', (id: string) => `{"only":["${id}"]`],
      ['has a comma too many', (id: string) => `{"only":["${id}"],}`],
      ['says it twice', (id: string) => `{"only":["${id}"],"only":["${id}"]}`],
      ['writes it with a capital', (id: string) => `{"Only":["${id}"]}`],
      ['begins with a byte order mark', (id: string) => `\ufeff{"only":["${id}"]}`]
    ])('an answer for some whose body %s was one for all, and is refused', async (_, body) => {
      const { ask, check, post } = await opened()
      const { approval_id: id } = await check(action)
      const { approval_id: alike } = await check(action)
      expect((await post(`/v1/approve/${id}`, body(id))).status).toBe(400)
      for (const one of [id, alike]) {
        expect(await (await ask(`/v1/status/${one}`)).json()).toMatchObject({ status: 'pending' })
      }
    })

    test.each(['', 'nonsense', '[1]', '"x"', '{"unknown":1}'])(
      'a body %j says nothing',
      async (body) => {
        const { check, post } = await opened()
        const { approval_id: id } = await check(action)
        expect((await post(`/v1/approve/${id}`, body)).status).toBe(200)
      }
    )

    test('waiting ends with the answer', async () => {
      const { ask, check, post } = await opened()
      const { approval_id: id } = await check(action)
      const waiting = ask(`/v1/wait/${id}?timeout=20s`)
      await new Promise(setImmediate)
      await post(`/v1/approve/${id}`)
      const response = await waiting
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(`{"decision":"ALLOW","id":"${id}","status":"resolved"}\n`)
    })

    test('waiting ends with its time, still pending', async () => {
      const { ask, check } = await opened()
      const { approval_id: id } = await check(action)
      const response = await ask(`/v1/wait/${id}?timeout=5ms`)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(`{"id":"${id}","status":"pending"}\n`)
      expect((await ask(`/v1/wait/${id}?timeout=soon`)).status).toBe(400)
    })

    test('an approval that expired reads DENY and expired, and is written down (weakness 17)', async () => {
      let at = Date.UTC(2026, 10, 22)
      const { ask, check, post } = await opened({ now: () => at })
      const { approval_id: id } = await check(action)
      at += 3_600_001
      expect(await (await ask(`/v1/status/${id}`)).json()).toEqual({
        decision: 'DENY',
        expired: true,
        id,
        status: 'resolved'
      })
      const late = await post(`/v1/approve/${id}`)
      expect(late.status).toBe(409)
      expect(await late.json()).toEqual({
        error: 'already resolved',
        expired: true,
        id,
        status: 'denied'
      })
      await eventually(async () => {
        const lines = await (await ask('/v1/audit?kind=approval-expired')).json()
        expect(lines).toMatchObject([{ _meta: { detail: { id, expired: true } } }])
      })
    })

    test('/api/pending has what waits, alike ones once, and null if nothing does', async () => {
      const { ask, check } = await opened()
      expect(await (await ask('/api/pending')).text()).toBe('null\n')
      const first = await check(action)
      const second = await check(action)
      const [pending, ...more] = (await (await ask('/api/pending')).json()) as Record<
        string,
        unknown
      >[]
      expect(more).toEqual([])
      expect(Object.keys(pending ?? {}).slice(0, 6)).toEqual([
        'id',
        'request',
        'result',
        'created_at',
        'resolved',
        'resolved_at'
      ])
      expect(pending).toMatchObject({
        id: first.approval_id,
        request: { ...action, schema_version: 'v1' },
        result: { decision: 'REQUIRE_APPROVAL', matched_rule: 'require_approval:shell:npm *' },
        resolved: false,
        resolved_at: '0001-01-01T00:00:00Z',
        alike: [first.approval_id, second.approval_id]
      })
      expect(pending?.['result']).not.toHaveProperty('schema_version')
    })

    test('without --dashboard there is no /api', async () => {
      const { ask } = await opened({ hasDashboard: false })
      expect((await ask('/api/pending')).status).toBe(404)
      expect((await ask('/v1/t/local/api/pending')).status).toBe(404)
    })

    test('a queue that is full is a DENY, not an error (weakness 37)', async () => {
      const { check } = await opened()
      for (let count = 0; count < 100; count++) await check({ ...action, est_cost: count })
      expect(await check({ ...action, est_cost: 1000 })).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:approvals:quota'
      })
      expect((await check({ ...action, agent_id: 'other' })).decision).toBe('REQUIRE_APPROVAL')
    })

    const methods: [
      target: string,
      method: string,
      status: number,
      allow: string | null,
      body: string
    ][] = [
      ['/v1/approve/x', 'GET', 405, null, 'Method not allowed\n'],
      ['/v1/deny/x', 'PUT', 405, null, 'Method not allowed\n'],
      ['/v1/t/local/approve/x', 'GET', 405, 'POST', 'Method Not Allowed\n'],
      ['/v1/t/local/deny/x', 'DELETE', 405, 'POST', 'Method Not Allowed\n'],
      ['/v1/t/local/status/x', 'POST', 405, 'GET, HEAD', 'Method Not Allowed\n'],
      ['/v1/t/local/api/pending', 'POST', 405, 'GET, HEAD', 'Method Not Allowed\n'],
      ['/v1/t/local/check', 'GET', 405, 'POST', 'Method Not Allowed\n'],
      ['/v1/t/local/audit', 'PUT', 405, 'GET, HEAD, POST', 'Method Not Allowed\n'],
      ['/v1/wait/x', 'POST', 405, 'GET, HEAD', 'Method Not Allowed\n'],
      ['/v1/status/x', 'POST', 404, null, 'not found\n'],
      ['/v1/t/x/foo', 'GET', 404, null, '404 page not found\n'],
      ['/v1/t/x/approve', 'POST', 404, null, '404 page not found\n'],
      ['/v1/t/x/approve/', 'POST', 404, null, '404 page not found\n']
    ]
    test.each(methods)('%s %s is %i', async (target, method, status, allow, body) => {
      const { ask } = await opened()
      const response = await ask(target, { method })
      expect(response.status).toBe(status)
      expect(response.headers.get('Allow')).toBe(allow)
      expect(await response.text()).toBe(body)
    })

    test.each(['/v1/approve', '/v1/deny', '/v1/status'])('%s is redirected', async (target) => {
      const { ask } = await opened()
      const response = await ask(`${target}?a=b`, { method: 'POST', redirect: 'manual' })
      expect(response.status).toBe(307)
      expect(response.headers.get('Location')).toBe(`${target}/?a=b`)
    })

    test('a tenant that does not exist is not found', async () => {
      const { ask, post } = await opened()
      for (const response of [
        await post('/v1/t/nobody/check', '{}'),
        await post('/v1/t/nobody/check/batch', '[]'),
        await post('/v1/t/nobody/approve/x'),
        await ask('/v1/t/nobody/status/x'),
        await ask('/v1/t/nobody/audit')
      ]) {
        expect(response.status).toBe(404)
        expect(response.headers.get('Content-Type')).toBe(json)
        expect(await response.text()).toBe('{"error":"tenant not found"}\n')
      }
    })

    test('a tenant is one percent-encoded part of the path', async () => {
      const { check } = await opened({ tenants: { 'a/b c': policyOf(policyText) } })
      expect((await check({ scope: 'shell', command: 'ls -l' }, '/v1/t/a%2Fb%20c')).decision).toBe(
        'ALLOW'
      )
    })

    test('with a key, reading and answering need it, and checks do not', async () => {
      const { ask, check } = await opened({ apiKey: 'key' })
      const { approval_id: id } = await check(action)
      const targets: [string, string][] = [
        ['GET', `/v1/status/${id}`],
        ['GET', `/v1/wait/${id}`],
        ['GET', '/v1/audit'],
        ['POST', '/v1/audit'],
        ['GET', '/api/pending'],
        ['POST', `/v1/approve/${id}`],
        ['GET', `/v1/approve/${id}`],
        ['POST', `/v1/deny/${id}`]
      ]
      for (const [method, target] of targets) {
        for (const headers of [
          {},
          { Authorization: 'Bearer wrong' },
          { Authorization: 'bearer key' }
        ]) {
          const response = await ask(target, { method, headers })
          expect(response.status, `${method} ${target}`).toBe(401)
          expect(await response.text()).toBe('Unauthorized\n')
        }
      }
      const headers = { Authorization: 'Bearer key' }
      const response = await ask(`/v1/approve/${id}`, { method: 'POST', headers })
      expect(response.status).toBe(200)
    })
  })
}
