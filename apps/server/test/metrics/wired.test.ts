import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createRedactor } from '@agentguard/redaction'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { createHealth } from '../../src/http/health.ts'
import { createMetrics, type Metrics } from '../../src/metrics/create-metrics.ts'
import { openNotifier } from '../../src/serve/open-notifier.ts'
import { guardOver } from '../support/guard-over.ts'
import { openParts } from '../support/parts.ts'
import { policyOf, policyText } from '../support/policy.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { serveHere } from '../torture/support/serve-here.ts'

/** The lines of some families that say something. */
async function samplesOf(metrics: Metrics | number, names: RegExp): Promise<string[]> {
  const text =
    typeof metrics === 'number'
      ? await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
      : await metrics.render({ detail: true })
  return text.split('\n').filter((line) => names.test(line) && !line.startsWith('#'))
}

function newMetrics(): Metrics {
  return createMetrics({ version: '1', commit: 'c', withProcess: false })
}

test('an approval that is used a second time is in approval_replay_refused_total', async () => {
  const { api, port } = await serveHere(policyText)
  const action = { scope: 'shell', command: 'npm install', agent_id: 'bot' }
  const { approval_id } = await api.check(action)
  await api.post(`/v1/approve/${approval_id}`)
  expect(await api.check({ ...action, approval_id })).toMatchObject({ decision: 'ALLOW' })
  expect(await api.check({ ...action, approval_id })).toMatchObject({
    decision: 'REQUIRE_APPROVAL'
  })
  expect(await samplesOf(port, /approval_replay_refused_total/)).toEqual([
    'agentguard_approval_replay_refused_total{reason="consumed"} 1',
    'agentguard_approval_replay_refused_total{reason="expired"} 0'
  ])
})

test('rate limits that are forgotten to make room are in ratelimit_bucket_evictions_total, by scope', async () => {
  const { audit } = await openParts()
  const metrics = newMetrics()
  const policy = policyOf(policyText)
  const { limiter } = await guardOver(audit, policy, (scope, count) =>
    metrics.count('ratelimit_bucket_evictions_total', scope, count)
  )
  const limit = { max: 1, windowMs: 1000 }
  for (let count = 0; count < 150_000; count++) {
    limiter.take({ tenant: 'local', scope: 'shell', agent: `a${count}` }, limit, count)
  }
  const [line] = await samplesOf(metrics, /ratelimit_bucket_evictions_total/)
  expect(line).toMatch(/^agentguard_ratelimit_bucket_evictions_total\{scope="shell"\} \d{5}/)
})

test('notifications that are kept and taken up again are counted', async () => {
  // It takes what is sent, and never answers.
  const receiver = createServer(() => {}).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  onTestFinished(() => receiver.closeAllConnections())
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const told = `${policyText}notifications:\n  on_deny: [{ type: webhook, url: "${url}" }]\n`
  const deadLettersPath = join(await temporaryDirectory(), 'dead.jsonl')
  let policy = policyOf(told)
  const open = (metrics: Metrics) =>
    openNotifier({
      policies: { usable: () => new Map([['local', policy]]) },
      redactorOf: () => createRedactor(),
      options: {
        spool: undefined,
        webhookSecret: undefined,
        slackSigningSecret: undefined,
        slackApprovers: [],
        hasLinks: false
      },
      answerUrl: undefined,
      deadLettersPath,
      writeConsole: () => {},
      log: () => {},
      health: createHealth('1'),
      metrics,
      onFault: (error) => expect.fail(String(error))
    })
  const spooled = 'agentguard_notify_spooled_to_disk_total'
  const despooled = 'agentguard_notify_despooled_total'

  const before = newMetrics()
  const { notifier, reload } = open(before)
  notifier.notify({
    type: 'denied',
    timestamp: new Date(0).toISOString(),
    request: { scope: 'shell' },
    result: { decision: 'DENY', reason: '' }
  })
  // What waits for a target that is no longer named is given up, and kept.
  policy = policyOf(policyText)
  reload()
  await eventually(async () =>
    expect(await samplesOf(before, /spooled/)).toEqual([`${spooled} 1`, `${despooled} 0`])
  )

  policy = policyOf(told)
  const after = newMetrics()
  const again = open(after)
  await eventually(async () =>
    expect(await samplesOf(after, /spooled/)).toEqual([`${spooled} 0`, `${despooled} 1`])
  )
  policy = policyOf(policyText)
  again.reload()
  await eventually(async () => expect((await samplesOf(after, /spooled/))[0]).toBe(`${spooled} 1`))
})
