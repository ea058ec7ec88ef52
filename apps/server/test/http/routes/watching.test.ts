import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { Env } from '../../../src/http/request-facts.ts'
import { healthRoutes } from '../../../src/http/routes/health.ts'
import { metricsRoutes } from '../../../src/http/routes/metrics.ts'
import { statsRoutes } from '../../../src/http/routes/stats.ts'
import { createDecisionCounter } from '../../../src/metrics/decision-counts.ts'
import { keyAuth } from '../../support/key-auth.ts'

const hasTenant = (tenant: string): boolean => tenant === 'local' || tenant === 'acme'
const bearer = { headers: { Authorization: 'Bearer secret' } }

function openStats(): Hono<Env> {
  const counter = createDecisionCounter()
  for (let each = 0; each < 7; each++) counter.add('acme', 'DENY')
  counter.add('local', 'ALLOW')
  counter.add('local', 'REQUIRE_APPROVAL')
  const countPending = (tenant: string): number => (tenant === 'local' ? 4 : 0)
  const deps = { auth: keyAuth('secret'), hasTenant, counts: counter.of, countPending }
  return new Hono<Env>().route('/', statsRoutes(deps))
}

test('weakness 80: stats say how many wait, beside how many were ever asked', async () => {
  const answer = await openStats().request('/api/stats', bearer)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('{"allowed":1,"approvals":1,"denied":0,"pending":4,"total":2}\n')
})

test('weakness 46: the figures of a tenant are its own', async () => {
  const app = openStats()
  const acme = await app.request('/v1/t/acme/api/stats', bearer)
  expect(await acme.json()).toMatchObject({ denied: 7, total: 7 })
  const local = await app.request('/v1/t/local/api/stats', bearer)
  expect(await local.json()).toMatchObject({ denied: 0, total: 2 })
})

test('stats are for those who may read', async () => {
  const app = openStats()
  expect((await app.request('/api/stats')).status).toBe(401)
  expect((await app.request('/v1/t/nobody/api/stats', bearer)).status).toBe(404)
  const posted = await app.request('/v1/t/acme/api/stats', { method: 'POST' })
  expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
})

function openMetrics(key: string | undefined): Hono<Env> {
  const metrics = { render: async ({ detail }: { detail: boolean }) => `detail ${detail}\n` }
  return new Hono<Env>().route('/', metricsRoutes({ metrics, auth: keyAuth(key) }))
}

test.each([
  ['secret', {}, false],
  ['secret', { Authorization: 'Bearer wrong' }, false],
  ['secret', { Authorization: 'Bearer secret' }, true],
  [undefined, {}, true]
])('with the key %s and %j, metrics have names: %s', async (key, headers, detail) => {
  const answer = await openMetrics(key).request('/metrics', { headers })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(await answer.text()).toBe(`detail ${detail}\n`)
})

const report = {
  status: 'ok',
  version: '1.2.3',
  tenant: 'local',
  uptime_seconds: 1,
  warnings: []
} as const

function openHealth(reasons: readonly string[] = []): Hono<Env> {
  return new Hono<Env>().route(
    '/',
    healthRoutes({
      health: (tenant = 'local') => ({ ...report, tenant }),
      readiness: () =>
        reasons.length === 0 ? { status: 'ready' } : { status: 'unready', reasons },
      hasTenant
    })
  )
}

test.each([
  ['GET', '/health', 200, { status: 'ok', version: '1.2.3' }],
  ['POST', '/health', 200, { status: 'ok', version: '1.2.3' }],
  ['GET', '/v1/health', 200, report],
  ['GET', '/v1/t/acme/health', 200, { ...report, tenant: 'acme' }],
  ['GET', '/v1/t/nobody/health', 404, { error: 'tenant not found' }],
  ['GET', '/livez', 200, { status: 'ok' }],
  ['GET', '/readyz', 200, { status: 'ready' }]
])('%s %s is answered %i', async (method, path, status, body) => {
  const answer = await openHealth().request(path, { method })
  expect(answer.status).toBe(status)
  expect(await answer.json()).toEqual(body)
})

test.each(['/v1/health', '/v1/t/acme/health'])('%s is bound to its methods', async (path) => {
  const answer = await openHealth().request(path, { method: 'POST' })
  expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
})

test('a server that is not ready says why; it lives all the same', async () => {
  const app = openHealth(['shutting down'])
  const answer = await app.request('/readyz')
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({ status: 'unready', reasons: ['shutting down'] })
  expect((await app.request('/livez')).status).toBe(200)
})
