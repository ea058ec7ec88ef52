import { expect, onTestFinished, test } from 'vitest'
import { createListener } from '../../src/http/create-listener.ts'
import { startServer } from '../../src/http/start-server.ts'
import { type Api, apiOf } from '../support/api.ts'
import { depsOf, type TestDeps } from '../support/deps.ts'
import { policyOf, policyText } from '../support/policy.ts'

// Weaknesses of AgentGuard 1.0 that the server answers for, by their numbers. Those of packages have their tests there.

async function open(deps: TestDeps = {}): Promise<{
  readonly api: Api
  readonly base: string
  readonly parts: Awaited<ReturnType<typeof depsOf>>['parts']
}> {
  const listenerDeps = await depsOf(deps)
  const { parts } = listenerDeps
  const listener = createListener(listenerDeps)
  const server = await startServer({ listener, port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close(0))
  return { api: apiOf(server.port), base: `http://127.0.0.1:${server.port}`, parts }
}

const action = { scope: 'shell', command: 'npm test', agent_id: 'bot' }

test('weakness 7: who answered is what let them in, not what headers they sent', async () => {
  const { api, base } = await open()
  const { approval_id: id } = await api.check(action)
  const headers = { Authorization: 'x', Cookie: 'ag_session=x' }
  expect((await fetch(`${base}/v1/approve/${id}`, { method: 'POST', headers })).status).toBe(200)
  expect(await api.get('/v1/audit?kind=approval-resolved')).toMatchObject([
    { _meta: { detail: { resolved_via: 'open', resolved_from: '127.0.0.1' } } }
  ])
})

test('weakness 8: a tenant that does not exist is not told from one that does without a credential', async () => {
  const { base } = await open({ apiKey: 'key', tenants: { acme: policyOf(policyText) } })
  const statuses = await Promise.all(
    ['acme', 'nobody'].map(async (tenant) => (await fetch(`${base}/v1/t/${tenant}/audit`)).status)
  )
  expect(statuses).toEqual([401, 401])
})

test('weakness 15: what the policy denies by now is denied, whoever has approved it', async () => {
  const { api, parts } = await open()
  const { approval_id: id } = await api.check(action)
  await api.post(`/v1/approve/${id}`)
  parts.policies.set('local', policyOf(policyText.replace('"rm *"', '"npm *"')))
  expect(await api.check({ ...action, approval_id: id })).toMatchObject({
    decision: 'DENY',
    matched_rule: 'deny:shell:npm *'
  })
})

test('weakness 22: a poller is told that an approval was used, or is over', async () => {
  const { api } = await open()
  const { approval_id: id } = await api.check(action)
  await api.post(`/v1/approve/${id}`)
  await api.check({ ...action, approval_id: id })
  expect(await api.get(`/v1/status/${id}`)).toEqual({
    consumed: true,
    decision: 'ALLOW',
    id,
    status: 'resolved'
  })
})

test('weakness 36: an entry says which request, from where and by which policy', async () => {
  const compiled = policyOf(policyText)
  const { base, api } = await open({ policy: compiled })
  const headers = { 'X-Request-Id': 'build-7' }
  const response = await fetch(`${base}/v1/check`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...action, command: 'ls -l' })
  })
  expect(response.headers.get('X-Request-Id')).toBe('build-7')
  expect(await api.get('/v1/audit?request_id=build-7')).toMatchObject([
    { request_id: 'build-7', source: '127.0.0.1' }
  ])
})

test('weakness 33: a name of a request that could forge a line is not taken over', async () => {
  const { base } = await open()
  for (const name of ['a b', 'x'.repeat(129), 'a"b', '<b>']) {
    const response = await fetch(`${base}/livez`, { headers: { 'X-Request-Id': name } })
    expect(response.headers.get('X-Request-Id')).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/)
  }
})
