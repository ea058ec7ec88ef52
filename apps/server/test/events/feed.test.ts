import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkEntry, createSink, openFeed, parseEvents } from '../support/open-feed.ts'

const asked = {
  schema_version: 'v1',
  decision: 'REQUIRE_APPROVAL',
  reason: 'Matches approval rule in shell scope',
  matched_rule: 'require_approval:shell:git push*',
  approval_id: 'ap_1',
  approval_url: 'http://localhost:8080/v1/approve/ap_1'
} as const

test('a check is an unnamed event with the members of AgentGuard 1.0 in their order', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  const seq = await check()
  const [event] = await sink.received(1)
  expect(event).toEqual({
    event: 'message',
    id: String(seq),
    data: {
      type: 'check',
      timestamp: '2026-11-22T07:02:56.180Z',
      transport: 'sdk',
      request: { schema_version: 'v1', scope: 'shell', command: 'ls', agent_id: 'helper' },
      result: { schema_version: 'v1', decision: 'ALLOW', reason: 'Allowed by shell rule' }
    }
  })
  expect(Object.keys(event?.data ?? {})).toEqual([
    'type',
    'timestamp',
    'transport',
    'request',
    'result'
  ])
  expect(sink.text()).toMatch(/^retry: \d+\nid: \d+\n\ndata: \{/)
})

test('an approval that is asked for is a check, and a named event that onmessage does not get', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  const seq = await check({ result: asked })
  const events = await sink.received(2)
  expect(events.map(({ event, id }) => [event, id])).toEqual([
    ['message', `${seq}.0`],
    ['approval_required', String(seq)]
  ])
  expect(events[1]?.data).toMatchObject({ type: 'approval_required', approval_id: 'ap_1' })
})

test('asking whether an approval is still pending asks nobody again', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  await check({ result: { ...asked, matched_rule: 'require_approval:pending' } })
  await check()
  const events = await sink.received(2)
  expect(events.map(({ data }) => data['type'])).toEqual(['check', 'check'])
})

const approval = {
  id: 'ap_1',
  request: { scope: 'shell', command: 'git push', agent_id: 'helper' },
  result: asked,
  created_at: '2026-11-22T07:00:00Z',
  resolved: false,
  resolved_at: '0001-01-01T00:00:00Z'
} as const

test('an answer is the `resolved` of AgentGuard 1.0, and an event with the id of the approval', async () => {
  const { feed, audit } = await openFeed({ approvals: [approval] })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  await audit.appendEvent('approval-resolved', {
    id: 'ap_1',
    resolved: true,
    decision: 'DENY',
    resolved_by: 'ann',
    scope: 'shell',
    agent_id: 'helper'
  })
  const [resolved, change] = await sink.received(2)
  expect(resolved?.event).toBe('message')
  expect(resolved?.data).toEqual({
    type: 'resolved',
    timestamp: expect.any(String),
    transport: 'sdk',
    request: { schema_version: 'v1', scope: 'shell', command: 'git push', agent_id: 'helper' },
    result: { decision: 'DENY', reason: 'manually deny' }
  })
  expect(change).toMatchObject({
    event: 'approval_resolved',
    data: { type: 'approval_resolved', approval_id: 'ap_1', resolved_by: 'ann' }
  })
})

test.each([
  [
    'approval-consumed',
    { resolved: true, decision: 'ALLOW' },
    'approval_consumed',
    'manually allow'
  ],
  [
    'approval-expired',
    { resolved: true, decision: 'DENY', expired: true },
    'approval_expired',
    'nobody answered in time'
  ],
  ['approval-resolved', { resolved: false, quorum: 2 }, 'approval_voted', undefined]
])('%s is told by name only', async (kind, detail, event, reason) => {
  const { feed, audit, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  await audit.appendEvent(kind, { id: 'ap_1', scope: 'shell', agent_id: 'helper', ...detail })
  await check()
  const events = await sink.received(2)
  expect(events).toHaveLength(2)
  expect(events[0]).toMatchObject({ event, data: { type: event, approval_id: 'ap_1' } })
  expect((events[0]?.data['result'] as { reason?: string } | undefined)?.reason).toBe(reason)
})

test('a change of the policy is an event of its tenant; other lines of the log are none', async () => {
  const { feed, audit, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  await audit.appendEvent('login-failed', { name: 'ann' })
  await audit.appendEvent('policy-loaded', { tenant_id: 'acme', digest: 'x' })
  await audit.appendEvent('policy-failed', { digest: 'y', problem: 'line 3' })
  await check()
  const events = await sink.received(2)
  expect(events.map(({ event }) => event)).toEqual(['policy_failed', 'message'])
})

test('weakness 31: what is sent is what is stored, without secrets', async () => {
  const { feed, check, audit } = await openFeed({
    approvals: [{ ...approval, request: { scope: 'shell', command: 'login hunter2' } }],
    redact: (_, action) => ({ ...action, command: '[REDACTED]' })
  })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  await check({ request: { scope: 'shell', command: 'login hunter2', meta: { a: 'hunter2' } } })
  await audit.appendEvent('approval-resolved', { id: 'ap_1', resolved: true, decision: 'ALLOW' })
  await sink.received(3)
  expect(sink.text()).not.toContain('hunter2')
  expect(sink.text()).toContain('[REDACTED]')
})

test('a subscriber gets the events of its tenant, and of no other', async () => {
  const { feed, check } = await openFeed()
  const [local, acme] = [createSink(), createSink()]
  feed.subscribe({ tenant: 'local', sink: local })
  feed.subscribe({ tenant: 'acme', sink: acme })
  await check({ tenant_id: 'acme', request: { scope: 'shell', command: 'theirs' } })
  await check({ request: { scope: 'shell', command: 'ours' } })
  expect(await local.received(1)).toHaveLength(1)
  expect((await acme.received(1))[0]?.data).toMatchObject({ tenant: 'acme' })
  expect(local.text()).not.toContain('theirs')
  expect(acme.text()).not.toContain('ours')
})

test('an event is encoded once for all subscribers', async () => {
  const { feed, check } = await openFeed()
  const given: Buffer[] = []
  const sink = { write: (bytes: Buffer) => given.push(bytes) > 0, end() {}, cut() {} }
  for (let each = 0; each < 3; each++) feed.subscribe({ tenant: 'local', sink })
  const watcher = createSink()
  feed.subscribe({ tenant: 'local', sink: watcher })
  given.length = 0
  await check()
  await watcher.received(1)
  expect(given).toHaveLength(3)
  expect(new Set(given).size).toBe(1)
})

test('weakness 43: who comes back gets what it missed, each event once, then what is new', async () => {
  const { feed, check } = await openFeed()
  const first = createSink()
  const subscription = feed.subscribe({ tenant: 'local', sink: first })
  await check({ request: { scope: 'shell', command: '0' } })
  const [seen] = await first.received(1)
  subscription?.close()
  for (let each = 1; each <= 300; each++) {
    await check({ request: { scope: 'shell', command: String(each) } })
    await check({ tenant_id: 'acme' })
  }
  const again = createSink()
  feed.subscribe({ tenant: 'local', sink: again, lastEventId: seen?.id })
  await check({ request: { scope: 'shell', command: '301' } })
  const events = await again.received(301)
  const commands = events.map(({ data }) => (data['request'] as { command: string }).command)
  expect(commands).toEqual(Array.from({ length: 301 }, (_, each) => String(each + 1)))
})

test('who was cut between the two events of a line gets the second', async () => {
  const { feed, check } = await openFeed()
  const seq = await check({ result: asked })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink, lastEventId: `${seq}.0` })
  expect(await sink.received(1)).toMatchObject([{ event: 'approval_required', id: String(seq) }])
})

test('who comes back to nothing new gets nothing', async () => {
  const { feed, check } = await openFeed()
  const seq = await check()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink, lastEventId: String(seq) })
  await check()
  expect(await sink.received(1)).toHaveLength(1)
})

test.each(['999999', 'abc', '-1', '1.1', ' 1'])(
  'the id `%s` is none of this log, and the subscriber is told so',
  async (lastEventId) => {
    const { feed, check, dropped } = await openFeed()
    await check()
    const sink = createSink()
    feed.subscribe({ tenant: 'local', sink, lastEventId })
    await check()
    const [reset, next] = await sink.received(2)
    expect(reset).toMatchObject({ event: 'reset', data: { type: 'reset', reason: 'unknown_id' } })
    expect(next?.data['type']).toBe('check')
    expect(dropped).toEqual([['unknown_id', 1]])
  }
)

test('too much to be read again ends in a reset, and goes on with what is new', async () => {
  const { feed, check, dropped } = await openFeed({ limits: { maxReadBackEvents: 200 } })
  const first = await check()
  for (let each = 0; each < 1000; each++) await check()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink, lastEventId: String(first) })
  while (dropped.length === 0) await new Promise(setImmediate)
  const seq = await check({ request: { scope: 'shell', command: 'new' } })
  const resetAt = sink.events().findIndex(({ event }) => event === 'reset')
  const events = await sink.received(resetAt + 2)
  expect(resetAt).toBeGreaterThanOrEqual(200)
  expect(events[resetAt]).toMatchObject({ id: String(seq - 1), data: { reason: 'too_old' } })
  expect(events.at(-1)?.data).toMatchObject({ request: { command: 'new' } })
  expect(dropped).toEqual([['too_old', 1]])
})

test('who was too slow for the log is told how it is', async () => {
  const { feed, check, dropped } = await openFeed({ limits: { maxReadBackEvents: 100 } })
  const sink = createSink()
  const subscription = feed.subscribe({ tenant: 'local', sink })
  const watcher = createSink()
  feed.subscribe({ tenant: 'local', sink: watcher })
  await check()
  await sink.received(1)
  sink.isOpen = false
  for (let each = 0; each < 1500; each++) await check()
  await watcher.received(1501)
  sink.isOpen = true
  subscription?.drained()
  while (dropped.length === 0) await new Promise(setImmediate)
  expect(sink.events().at(-1)).toMatchObject({ event: 'reset', data: { reason: 'slow_consumer' } })
  // Nothing is gone without being counted.
  const got = sink.events().filter(({ event }) => event === 'message').length
  expect(dropped).toEqual([['slow_consumer', 1501 - got]])
})

test('who takes nothing for a while gets everything later, from the log', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  sink.isOpen = false
  const subscription = feed.subscribe({ tenant: 'local', sink })
  const watcher = createSink()
  feed.subscribe({ tenant: 'local', sink: watcher })
  // More than is held for those who are behind.
  for (let each = 0; each < 1500; each++) await check()
  await watcher.received(1500)
  expect(sink.events()).toHaveLength(0)
  sink.isOpen = true
  subscription?.drained()
  const ids = (await sink.received(1500)).map(({ id }) => Number(id))
  expect(new Set(ids).size).toBe(1500)
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
})

test('there is never more than one piece for a subscriber that takes nothing', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  sink.isOpen = false
  feed.subscribe({ tenant: 'local', sink })
  const watcher = createSink()
  feed.subscribe({ tenant: 'local', sink: watcher })
  for (let each = 0; each < 2000; each++) await check()
  await watcher.received(2000)
  expect(sink.text().length).toBeLessThan(200)
})

test('law: whatever a subscriber takes and whenever it comes back, it gets every event once, in order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ do: fc.constant('stall' as const) }),
    fc.record({ do: fc.constant('drain' as const) }),
    fc.record({ do: fc.constant('return' as const) }),
    fc.record({ do: fc.constant('turn' as const) })
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { feed, audit, check, errors } = await openFeed()
      let sink = createSink()
      let subscription = feed.subscribe({ tenant: 'local', sink })
      const got: string[] = []
      const wanted: string[] = []
      let lastEventId = ''
      const leave = (): void => {
        got.push(...sink.events().map(({ id }) => id))
        subscription?.close()
        lastEventId = lastIdIn(sink.text()) ?? lastEventId
      }
      for (const each of steps) {
        if (each.do === 'write') {
          const entries = Array.from({ length: each.count }, (_, at) =>
            checkEntry(at % 3 === 0 ? { result: asked } : at % 3 === 1 ? { tenant_id: 'x' } : {})
          )
          const receipts = await Promise.all(entries.map((entry) => audit.append(entry)))
          receipts.forEach(({ seq }, at) => {
            if (at % 3 === 0) wanted.push(`${seq}.0`, `${seq}`)
            if (at % 3 === 2) wanted.push(`${seq}`)
          })
        } else if (each.do === 'stall') sink.isOpen = false
        else if (each.do === 'drain') {
          sink.isOpen = true
          subscription?.drained()
        } else if (each.do === 'return') {
          leave()
          sink = createSink()
          subscription = feed.subscribe({ tenant: 'local', sink, lastEventId })
        } else await new Promise(setImmediate)
      }
      sink.isOpen = true
      subscription?.drained()
      wanted.push(String(await check()))
      await sink.received(wanted.length - got.length)
      leave()
      expect(got).toEqual(wanted)
      expect(errors).toEqual([])
      feed.close()
      await audit.close()
    }),
    { numRuns: 60 }
  )
})

/** The last id that an `EventSource` has seen in a text. */
function lastIdIn(text: string): string | undefined {
  const blocks = text.split('\n\n').slice(0, -1)
  return blocks.flatMap((block) => /^id: (.*)$/m.exec(block)?.[1] ?? []).at(-1)
}

test('there is room for so many subscribers, and for no tenant all of it', async () => {
  const limits = { maxSubscribers: 3, maxSubscribersPerTenant: 2 }
  let refused = 0
  const { feed } = await openFeed({ limits, onRefused: () => refused++ })
  const first = feed.subscribe({ tenant: 'local', sink: createSink() })
  feed.subscribe({ tenant: 'local', sink: createSink() })
  expect(feed.subscribe({ tenant: 'local', sink: createSink() })).toBeUndefined()
  expect(feed.subscribe({ tenant: 'acme', sink: createSink() })).toBeDefined()
  expect(feed.subscribe({ tenant: 'acme', sink: createSink() })).toBeUndefined()
  first?.close()
  first?.close()
  expect(refused).toBe(2)
  expect(feed.size()).toBe(2)
  expect(feed.subscribe({ tenant: 'local', sink: createSink() })).toBeDefined()
})

test('heartbeats carry the place in the log, and are no events', async () => {
  const { feed, check } = await openFeed({ limits: { heartbeatMs: 1 } })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  const seq = await check({ tenant_id: 'acme' })
  while (!sink.text().includes(`:\nid: ${seq}\n\n`)) await new Promise(setImmediate)
  expect(sink.events()).toEqual([])
  feed.close()
})

test('who takes nothing for too long is cut, so that it comes back with its last id', async () => {
  let now = 0
  const limits = { heartbeatMs: 1, stallMs: 1000 }
  const { feed, check, dropped } = await openFeed({ limits, now: () => now })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  sink.isOpen = false
  await check()
  await sink.received(1)
  await check()
  now = 1000
  while (sink.ended === 'no') await new Promise(setImmediate)
  expect(sink.ended).toBe('cut')
  expect(dropped).toEqual([['slow_consumer', 1]])
  expect(feed.size()).toBe(0)
  feed.close()
})

test('who may no longer listen hears no more', async () => {
  let isAllowed = true
  const { feed } = await openFeed({ limits: { heartbeatMs: 1 } })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink, isStillAllowed: () => isAllowed })
  isAllowed = false
  while (sink.ended === 'no') await new Promise(setImmediate)
  expect(sink.ended).toBe('end')
  feed.close()
})

test('an announcement reaches everybody who is not behind', async () => {
  const { feed } = await openFeed()
  const sinks = [createSink(), createSink()]
  feed.subscribe({ tenant: 'local', sink: sinks[0] as (typeof sinks)[0] })
  feed.subscribe({ tenant: 'acme', sink: sinks[1] as (typeof sinks)[0] })
  feed.announce('health', { status: 'degraded' })
  for (const sink of sinks) {
    expect(sink.events()).toMatchObject([
      { event: 'health', data: { type: 'health', status: 'degraded' } }
    ])
  }
})

test('closing ends every stream at once, and lets nobody in', async () => {
  const { feed } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  feed.close()
  expect(sink.ended).toBe('end')
  expect(feed.subscribe({ tenant: 'local', sink: createSink() })).toBeUndefined()
})

test('a connection that fails is cut, and keeps nobody else from being served', async () => {
  const { feed, check, errors } = await openFeed()
  const odd = createSink()
  let isBroken = false
  const write = odd.write.bind(odd)
  odd.write = (bytes) => {
    if (isBroken) throw new Error('EPIPE')
    return write(bytes)
  }
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink: odd })
  feed.subscribe({ tenant: 'local', sink })
  isBroken = true
  await check()
  await sink.received(1)
  await check()
  await sink.received(2)
  expect([odd.ended, feed.size(), errors.length]).toEqual(['cut', 1, 1])
})

test('an approval that cannot be looked up is told by those who read it later', async () => {
  let isBroken = true
  const { feed, audit, check, errors } = await openFeed({
    async findApproval() {
      if (isBroken) throw new Error('the database is locked')
      return approval
    }
  })
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  const before = await check()
  await sink.received(1)
  await audit.appendEvent('approval-resolved', { id: 'ap_1', resolved: true, decision: 'ALLOW' })
  while (errors.length === 0) await new Promise(setImmediate)
  isBroken = false
  const again = createSink()
  feed.subscribe({ tenant: 'local', sink: again, lastEventId: String(before) })
  const [resolved] = await again.received(2)
  expect(resolved?.data).toMatchObject({ type: 'resolved', request: { command: 'git push' } })
})

test('a line of a person cannot break out of its event', async () => {
  const { feed, check } = await openFeed()
  const sink = createSink()
  feed.subscribe({ tenant: 'local', sink })
  const command = 'a\n\nevent: reset\ndata: {}\n\r\u2028'
  await check({ request: { scope: 'shell', command } })
  const [event] = parseEvents(sink.text()).length ? sink.events() : await sink.received(1)
  expect(event?.data).toMatchObject({ request: { command } })
  expect(sink.text().match(/^event:/m)).toBeNull()
})
