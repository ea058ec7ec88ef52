/**
 * What watching costs each check: counting it, and telling nobody or somebody of it.
 *
 *     node bench/watching.bench.ts
 */

import { createMetrics } from '../src/metrics/create-metrics.ts'
import { createLastingCounts } from '../src/metrics/lasting-counts.ts'
import { checkEntry, openFeed } from '../test/support/open-feed.ts'
import { sealed } from '../test/support/sealed-line.ts'

const rounds = 300_000
const metrics = createMetrics({ version: '1', commit: '1', withProcess: false })
const counts = createLastingCounts({
  file: { read: async () => undefined, write: async () => {} },
  async *scan() {}
})
const entry = checkEntry()
const line = sealed(entry)
const event = {
  type: 'check',
  tenant: 'local',
  timestamp: 0,
  action: entry.request,
  result: entry.result,
  by: 'policy',
  policyMs: 0.04,
  auditMs: 2,
  entry,
  seq: 0
} as const

measure('counters of the line', () => metrics.take([line]))
measure('times of the event', () => metrics.guardEvent(event))
measure('HTTP', () =>
  metrics.http({ route: '/v1/check', method: 'POST', status: 200, durationMs: 3 })
)
measure('counts that outlive a restart', () => counts.take([line]))
const nobody = await openFeed()
measure('live events, nobody listens', () => nobody.feed.take([line]))

function measure(what: string, run: () => void): void {
  for (let round = 0; round < rounds / 10; round++) run()
  const start = performance.now()
  for (let round = 0; round < rounds; round++) run()
  const ns = ((performance.now() - start) * 1e6) / rounds
  console.log(`${what}: ${ns.toFixed(0)} ns`)
}
