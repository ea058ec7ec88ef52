import type { ActionRequest } from '@agentguard/protocol'
import { createRedactor } from '@agentguard/redaction'
import { expect, test } from 'vitest'
import { harness, settings, target } from './fixtures.ts'

const places: readonly ((secret: string) => ActionRequest)[] = [
  (s) => ({ scope: 'shell', command: `curl -H "Authorization: Bearer ${s}" https://h` }),
  (s) => ({ scope: 'shell', command: `mysql --password ${s} db`, agent_id: `token=${s}` }),
  (s) => ({ scope: 'network', url: `https://u:${s}@h/?api_key=${s}`, session_id: `Bearer ${s}` }),
  (s) => ({
    scope: 'mcp_tool',
    command: 'x',
    meta: { arg_password: s, arg_body: `{"token":"${s}"}` }
  }),
  (s) => ({ scope: 'filesystem', path: `/tmp/secret=${s}`, meta: { [`token=${s}`]: 'x' } }),
  (s) => ({ scope: 'x', actions: [{ scope: 'network', url: `https://u:${s}@h/` }] })
]

// performance.md test 42
test('of 1,000 planted secrets none is in a message, a dead letter or an event', async () => {
  const all = ['webhook', 'slack', 'console', 'log'].map((type) =>
    target(type, `https://${type}.example/SECRETHOOK`, { quietMs: 0 })
  )
  const { redactJson } = createRedactor({ key: 'a key of sixteen bytes or more' })
  const { notifier, clock, sent, events, letters, console, log } = harness(
    settings([], all),
    ({ url }) => (url.includes('slack') ? 200 : 400),
    { redact: redactJson, maxWaiting: 2000 }
  )
  for (let number = 0; number < 1000; number++) {
    const secret = `PLANTED${(number * 7919 + 104_729).toString(36)}x${number}`
    const request = (places[number % places.length] as (typeof places)[number])(secret)
    const reason = `no: login --password ${secret}`
    notifier.notify({
      type: 'denied',
      timestamp: '2026-11-22T00:00:00Z',
      request,
      result: { decision: 'DENY', reason }
    })
  }
  for (let turn = 0; turn < 100; turn++) await clock.advance(1)
  await notifier.close()
  expect([sent, letters, console, log].map(({ length }) => length)).toEqual([
    2000, 1000, 1000, 1000
  ])
  const seen = JSON.stringify([sent.map(({ body }) => body), letters, console, log, events])
  expect(seen).not.toMatch(/PLANTED|SECRETHOOK/)
})
