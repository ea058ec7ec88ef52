import { describe, expect, test } from 'vitest'
import { createNotifier, type NotifierEvent } from '../src/index.ts'
import { asked, denied, deniedAt, harness, settings, target } from './fixtures.ts'
import { settle } from './manual-clock.ts'

const hook = 'https://hooks.example.com/services/T0/SECRET?key=SECRET'
const types = (events: readonly NotifierEvent[]) => events.map(({ type }) => type)

describe('routing', () => {
  test('each list gets its own type', async () => {
    const { notifier, sent, log } = harness(
      settings([target('webhook', hook)], [target('log', '', { level: 'error' })])
    )
    notifier.notify(asked)
    notifier.notify(denied)
    await settle()
    expect(sent.map(({ body }) => JSON.parse(body).type)).toEqual(['approval_required'])
    expect(log).toHaveLength(1)
    expect(log[0]).toMatch(/^\[error\] DENY /)
  })

  test('a target in both lists is one target', async () => {
    const { notifier, sent } = harness(
      settings([target('webhook', hook)], [target('webhook', hook)])
    )
    notifier.notify(asked)
    notifier.notify(denied)
    await settle()
    expect(sent).toHaveLength(2)
    expect(notifier.waiting()).toHaveLength(1)
  })

  test('an unknown type is a log at level warn', async () => {
    const { notifier, log } = harness(settings([], [target('pager', '', { level: 'info' })]))
    notifier.notify(denied)
    await settle()
    expect(log[0]).toMatch(/^\[warn\] /)
  })

  // Weakness 60
  test('weakness 60: other events go to those who ask for them', async () => {
    const asking = target('webhook', hook, { events: ['resolved', 'rate_limited', 'degraded'] })
    const { notifier, sent } = harness(settings([asking, target('webhook', `${hook}2`)]))
    notifier.notify({ ...denied, type: 'degraded' })
    notifier.notify({ ...denied, type: 'rate_limited' })
    notifier.notify({ ...denied, type: 'resolved' })
    await settle()
    expect(sent.map(({ url }) => url)).toEqual([hook, hook, hook])
  })

  // Weakness 47
  test("weakness 47: a tenant's events go to its own targets only, and say whose they are", async () => {
    const { notifier, sent } = harness(settings([], [target('webhook', `${hook}local`)]))
    notifier.reload(
      new Map([
        ['local', settings([], [target('webhook', `${hook}local`)])],
        ['acme', settings([], [target('webhook', `${hook}acme`)])]
      ])
    )
    notifier.notify({ ...denied, tenant_id: 'acme' })
    notifier.notify({ ...denied, tenant_id: 'nobody' })
    notifier.notify({ ...denied, tenant_id: '__proto__' })
    await settle()
    expect(sent.map(({ url }) => url)).toEqual([`${hook}acme`])
    expect(JSON.parse(sent[0]?.body ?? '').tenant_id).toBe('acme')
  })
})

describe('a link that answers', () => {
  const answerUrl = () => 'https://guard.example/v1/approve/ap_1?token=SECRET'

  test('goes to those whom it is for, and to no screen, no log and no dead letter', async () => {
    const everywhere = ['webhook', 'slack'].map((type) => target(type, `${hook}&${type}`))
    const { notifier, sent, console, log, letters } = harness(
      settings([...everywhere, target('console'), target('log')]),
      () => 400,
      { answerUrl }
    )
    notifier.notify(asked)
    await settle()
    expect(sent.map(({ body }) => body.includes('token=SECRET'))).toEqual([true, true])
    expect(letters).toHaveLength(2)
    expect(JSON.stringify([console, log, letters])).not.toContain('token=')
  })

  test('is only for what waits for an answer', async () => {
    const { notifier, sent } = harness(settings([], [target('webhook', hook)]), undefined, {
      answerUrl
    })
    notifier.notify(denied)
    await settle()
    expect(sent[0]?.body).not.toContain('token=')
  })
})

describe('redaction', () => {
  // Weakness 31
  test('weakness 31: what is sent and what is kept has gone through redaction', async () => {
    const redact = <T>(value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll('hunter2', '[REDACTED]'))
    const { notifier, sent, letters, console } = harness(
      settings([], [target('webhook', hook), target('console')]),
      () => 400,
      { redact }
    )
    const request = { scope: 'shell', command: 'x hunter2', meta: { a: 'hunter2' } }
    notifier.notify({ ...denied, request, result: { decision: 'DENY', reason: 'no hunter2' } })
    await settle()
    expect([sent, letters, console].map((each) => each.length)).toEqual([1, 1, 1])
    expect(JSON.stringify([sent, letters, console])).not.toContain('hunter2')
  })

  test('where to approve is not touched', async () => {
    const redact = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('ap_', 'XX'))
    const { notifier, sent } = harness(settings([target('webhook', hook)]), undefined, { redact })
    notifier.notify(asked)
    await settle()
    const body = JSON.parse(sent[0]?.body ?? '')
    expect(body.approval_url).toBe(asked.approval_url)
    expect(body.result.approval_url).toBe(asked.approval_url)
  })

  test('what cannot be redacted is not sent', async () => {
    const { notifier, sent, events } = harness(settings([], [target('webhook', hook)]), undefined, {
      redact: () => {
        throw new Error('broken')
      }
    })
    notifier.notify(denied)
    await settle()
    expect(sent).toEqual([])
    expect(events).toEqual([{ type: 'redaction_failed', tenant: 'local' }])
  })
})

describe('retries', () => {
  // Weakness 53
  test('weakness 53: a failure is tried again, later and later, with the same id', async () => {
    const { notifier, clock, sent, events } = harness(
      settings([], [target('webhook', hook)]),
      (_request, count) => (count < 4 ? 503 : 204)
    )
    notifier.notify(denied)
    await settle()
    expect(sent).toHaveLength(1)
    await clock.advance(999)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    await clock.advance(2000)
    expect(sent).toHaveLength(3)
    await clock.advance(4000)
    expect(sent).toHaveLength(4)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['msg_1']))
    expect(sent.map(({ headers }) => Number(headers['webhook-timestamp']) - 1795305600)).toEqual([
      0, 1, 3, 7
    ])
    expect(types(events)).toEqual([...Array(3).fill('attempt_failed'), 'delivered'])
    expect(events.at(-1)).toMatchObject({ attempts: 4 })
    expect(clock.timers).toBe(0)
  })

  test('weakness 53: what fails for good is kept', async () => {
    const { notifier, clock, sent, events, letters } = harness(
      settings([], [target('webhook', hook)]),
      () => 500
    )
    notifier.notify(denied)
    await clock.advance(600_000)
    expect(sent).toHaveLength(6)
    expect(letters).toMatchObject([
      { tenant: 'local', reason: 'failed', attempts: 6, delivery: { id: 'msg_1', type: 'denied' } }
    ])
    expect(events.at(-1)).toMatchObject({ type: 'given_up', reason: 'failed' })
  })

  test.each([400, 401, 404, 410, 301, 302, 307, 304])('status %i is final', async (status) => {
    const { notifier, clock, sent, letters } = harness(
      settings([], [target('webhook', hook)]),
      () => status
    )
    notifier.notify(denied)
    await clock.advance(600_000)
    expect(sent).toHaveLength(1)
    expect(letters).toHaveLength(1)
  })

  test.each([408, 425, 429, 500, 599])('status %i is temporary', async (status) => {
    const { notifier, clock, sent } = harness(
      settings([], [target('webhook', hook)]),
      (_request, count) => (count === 1 ? status : 200)
    )
    notifier.notify(denied)
    await clock.advance(1000)
    expect(sent).toHaveLength(2)
  })

  test('an answer that does not come in time is a failure', async () => {
    const slow = target('webhook', hook, { timeoutMs: 300 })
    const { notifier, clock, events } = harness(settings([], [slow]), () => 'hang')
    notifier.notify(denied)
    await clock.advance(300)
    expect(events).toMatchObject([{ type: 'attempt_failed', reason: 'timeout', durationMs: 300 }])
  })

  test('waits are random, so that many do not come at once', async () => {
    const { notifier, clock, sent } = harness(settings([], [target('webhook', hook)]), () => 500, {
      random: () => 0
    })
    notifier.notify(denied)
    await clock.advance(500)
    expect(sent).toHaveLength(2)
  })
})

describe('queues', () => {
  // Weakness 58
  test('weakness 58: a target that never answers holds up no other', async () => {
    const targets = [
      target('webhook', 'https://slow.example/'),
      target('webhook', hook),
      target('console')
    ]
    const { notifier, sent, console } = harness(settings([], targets), ({ url }) =>
      url.includes('slow') ? 'hang' : 200
    )
    for (let number = 0; number < 20; number++) notifier.notify(deniedAt(number))
    await settle()
    expect(sent.filter(({ url }) => url === hook)).toHaveLength(20)
    expect(console).toHaveLength(20)
    expect(notifier.waiting().map(({ size }) => size)).toEqual([20, 0, 0])
  })

  test('weakness 58: a target that throws goes on working', async () => {
    let count = 0
    const { notifier, clock, events } = harness(settings([], [target('console')]), undefined, {
      writeConsole: () => {
        if (count++ === 0) throw new Error('broken pipe')
      }
    })
    notifier.notify(deniedAt(1))
    notifier.notify(deniedAt(2))
    await clock.advance(10_000)
    expect(count).toBe(3)
    expect(types(events)).toEqual(['attempt_failed', 'delivered', 'delivered'])
  })

  test('deliveries stay in order', async () => {
    const { notifier, clock, sent } = harness(
      settings([], [target('webhook', hook)]),
      (_r, count) => (count === 2 ? 500 : 200)
    )
    for (let number = 0; number < 4; number++) notifier.notify(deniedAt(number))
    await clock.advance(60_000)
    const paths = sent.map(({ body }) => JSON.parse(body).request.path)
    expect(paths).toEqual(['/etc/0', '/etc/1', '/etc/1', '/etc/2', '/etc/3'])
  })

  test('a full queue gives up what comes, and keeps it', async () => {
    const { notifier, letters, events } = harness(
      settings([], [target('webhook', hook)]),
      () => 'hang',
      { maxWaiting: 3 }
    )
    for (let number = 0; number < 5; number++) notifier.notify(deniedAt(number))
    await settle()
    expect(letters.map(({ reason }) => reason)).toEqual(['queue_full', 'queue_full'])
    expect(letters[0]?.delivery.request.path).toBe('/etc/3')
    expect(types(events)).toEqual(['given_up', 'given_up'])
  })

  test('a queue is bounded in bytes too', async () => {
    const { notifier, letters } = harness(settings([], [target('webhook', hook)]), () => 'hang', {
      maxWaitingBytes: 1000
    })
    const command = 'x'.repeat(600)
    notifier.notify({ ...denied, request: { scope: 'shell', command } })
    notifier.notify({ ...denied, request: { scope: 'shell', command } })
    await settle()
    expect(letters.map(({ reason }) => reason)).toEqual(['queue_full'])
  })

  test('without a place for dead letters, the loss is told', async () => {
    const events: NotifierEvent[] = []
    const notifier = createNotifier({
      tenants: new Map([['local', settings([], [target('webhook', hook)])]]),
      redact: (value) => value,
      fetch: async () => new Response(null, { status: 400 }),
      onEvent: (event) => {
        events.push(event)
        throw new Error('a listener that throws')
      }
    })
    notifier.notify(denied)
    await notifier.close()
    expect(types(events)).toEqual(['attempt_failed', 'given_up', 'lost'])
  })
})

// Weakness 55
describe('weakness 55: no secret of a URL is in an event', () => {
  const cause = Object.assign(new Error(`connect ${hook}`), { code: 'ECONNREFUSED' })
  test.each([
    ['a status', 500, 'status_500'],
    ['an error with a code', new TypeError(`fetch failed: ${hook}`, { cause }), 'ECONNREFUSED'],
    ['an error without', new TypeError(`failed to parse URL from ${hook}`), 'network'],
    ['a code that is none', Object.assign(new Error('x'), { cause: { code: hook } }), 'network']
  ])('%s', async (_name, answer, reason) => {
    const withUser = 'https://bob:SECRET@hooks.example.com:8443/SECRET'
    const { notifier, clock, events } = harness(
      settings([], [target('webhook', hook), target('slack', withUser)]),
      () => answer
    )
    notifier.notify(denied)
    await clock.advance(600_000)
    expect(events[0]).toMatchObject({ reason, target: { place: 'https://hooks.example.com' } })
    expect(JSON.stringify(events)).not.toContain('SECRET')
    expect(JSON.stringify(events)).toContain('https://hooks.example.com:8443')
  })
})

describe('settings', () => {
  test.each([
    ['no URL', target('webhook', ''), 'invalid_url'],
    ['no HTTP', target('slack', 'file:///etc/passwd'), 'invalid_url'],
    ['a short secret', target('webhook', hook, { secret: 'short' }), 'invalid_secret']
  ])('a target with %s is refused, the others work', async (_name, wrong, reason) => {
    const { notifier, events, log } = harness(settings([], [wrong, target('log')]))
    notifier.notify(denied)
    await settle()
    expect(events[0]).toMatchObject({ type: 'target_refused', reason })
    expect(log).toHaveLength(1)
  })

  test('weakness 60: new settings hold at once', async () => {
    const { notifier, sent } = harness(settings([], [target('webhook', hook)]))
    notifier.reload(new Map([['local', settings([], [target('webhook', `${hook}2`)])]]))
    notifier.notify(denied)
    await settle()
    expect(sent.map(({ url }) => url)).toEqual([`${hook}2`])
  })

  test('a target that stays keeps its queue, wherever it stands', async () => {
    let isDown = true
    const { notifier, clock, sent, letters } = harness(
      settings([], [target('webhook', hook), target('log')]),
      () => (isDown ? 503 : 200)
    )
    notifier.notify(denied)
    await settle()
    const moved = [target('console'), target('log'), target('webhook', hook, { timeoutMs: 77 })]
    notifier.reload(new Map([['local', settings([], moved)]]))
    isDown = false
    await clock.advance(1000)
    expect(sent).toHaveLength(2)
    expect(letters).toEqual([])
  })

  test('what waits for a target that is gone is kept', async () => {
    const { notifier, letters } = harness(settings([], [target('webhook', hook)]), () => 'hang')
    notifier.notify(deniedAt(1))
    notifier.notify(deniedAt(2))
    await settle()
    notifier.reload(new Map())
    await settle()
    expect(letters.map(({ reason }) => reason)).toEqual(['target_removed', 'target_removed'])
    expect(notifier.waiting()).toEqual([])
  })

  // Weakness 57
  test('weakness 57: a dead letter finds its target after the settings have changed, and no other', async () => {
    const [one, two] = [target('webhook', `${hook}1`), target('webhook', `${hook}2`)]
    const { notifier, clock, sent, letters } = harness(
      settings([], [one, two]),
      ({ url }, count) => (url.endsWith('1') && count < 3 ? 400 : 200)
    )
    notifier.notify(denied)
    await settle()
    const [letter] = letters
    if (!letter) throw new Error('there is no letter')
    notifier.reload(new Map([['local', settings([one], [two])]]))
    sent.length = 0
    expect(notifier.redeliver(letter)).toBe(true)
    await clock.advance(0)
    expect(sent.map(({ url, headers }) => [url, headers['webhook-id']])).toEqual([
      [`${hook}1`, 'msg_1']
    ])
    notifier.reload(new Map([['local', settings([], [two])]]))
    expect(notifier.redeliver(letter)).toBe(false)
    expect(notifier.redeliver({ ...letter, tenant: 'acme' })).toBe(false)
  })

  test('a target may have a name of its own', async () => {
    const named = (url: string) => target('webhook', url, { id: 'ops' })
    const { notifier, clock, sent } = harness(settings([], [named(hook)]), ({ url }) =>
      url === hook ? 503 : 200
    )
    notifier.notify(denied)
    await settle()
    notifier.reload(new Map([['local', settings([], [named(`${hook}2`)])]]))
    await clock.advance(1000)
    expect(sent.map(({ url }) => url)).toEqual([hook, `${hook}2`])
  })
})

describe('closing', () => {
  // Weakness 53
  test('weakness 53: what waits is delivered', async () => {
    const { notifier, sent, letters } = harness(settings([], [target('webhook', hook)]))
    for (let number = 0; number < 5; number++) notifier.notify(deniedAt(number))
    await notifier.close()
    expect(sent).toHaveLength(5)
    expect(letters).toEqual([])
  })

  test('weakness 53: what cannot be delivered until the deadline is kept', async () => {
    const { notifier, clock, letters } = harness(
      settings([], [target('webhook', hook)]),
      () => 'hang'
    )
    for (let number = 0; number < 5; number++) notifier.notify(deniedAt(number))
    const closed = notifier.close({ deadlineMs: 2000 })
    await clock.advance(2000)
    await closed
    expect(letters.map(({ reason }) => reason)).toEqual(Array(5).fill('shutdown'))
    expect(clock.timers).toBe(0)
  })

  test('what is counted is told before', async () => {
    const { notifier, sent } = harness(settings([], [target('slack', hook)]))
    for (let number = 0; number < 3; number++) notifier.notify(denied)
    await notifier.close()
    expect(sent).toHaveLength(2)
    expect(sent[1]?.body).toContain('(2 times since ')
  })

  test('afterwards nothing is accepted', async () => {
    const { notifier, sent } = harness(settings([], [target('webhook', hook)]))
    await notifier.close()
    await notifier.close()
    notifier.notify(denied)
    notifier.reload(new Map())
    await settle()
    expect(sent).toEqual([])
  })
})

describe('floods', () => {
  const slack = (more = {}) =>
    settings([target('slack', hook, more)], [target('slack', hook, more)])

  test('repetitions are counted and sent as one', async () => {
    const { notifier, clock, sent, events } = harness(slack())
    for (let number = 0; number < 100; number++) notifier.notify(denied)
    await clock.advance(59_999)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    expect(sent[1]?.body).toContain('(99 times since 2026-11-22T00:00:00.000Z)')
    await clock.advance(120_000)
    expect(sent).toHaveLength(2)
    expect(clock.timers).toBe(0)
    expect(types(events).filter((type) => type === 'held_back')).toHaveLength(99)
  })

  test('the same asked twice is one, though each has its own approval', async () => {
    const { notifier, sent } = harness(slack())
    notifier.notify(asked)
    const result = { ...asked.result, approval_id: 'ap_2' }
    const meta = { ...asked.request.meta, tool_call_id: 'x' }
    notifier.notify({ ...asked, result, request: { ...asked.request, session_id: 's2', meta } })
    await settle()
    expect(sent).toHaveLength(1)
  })

  test('a repetition that goes on is told once per window', async () => {
    const { notifier, clock, sent } = harness(slack())
    for (let second = 0; second < 600; second++) {
      notifier.notify(denied)
      await clock.advance(1000)
    }
    expect(sent).toHaveLength(11)
  })

  test('beyond the burst there is one digest', async () => {
    const { notifier, clock, sent } = harness(slack({ burst: 5 }))
    for (let number = 0; number < 1000; number++) notifier.notify(deniedAt(number))
    for (let number = 0; number < 7; number++) {
      notifier.notify({ ...asked, request: { scope: 'shell', command: `x ${number}` } })
    }
    await clock.advance(60_000)
    expect(sent).toHaveLength(6)
    expect(sent[5]?.body).toContain('995 denied, 7 approval_required')
    await clock.advance(600_000)
    expect(sent).toHaveLength(6)
    expect(clock.timers).toBe(0)
  })

  test('webhooks get each event, unless they ask otherwise', async () => {
    const quiet = target('webhook', `${hook}quiet`, { quietMs: 1000 })
    const { notifier, clock, sent } = harness(settings([], [target('webhook', hook), quiet]))
    for (let number = 0; number < 3; number++) notifier.notify(denied)
    await clock.advance(1000)
    expect(sent.filter(({ url }) => url === hook)).toHaveLength(3)
    const counted = sent.filter(({ url }) => url.endsWith('quiet'))
    expect(counted.map(({ body }) => JSON.parse(body).count)).toEqual([undefined, 2])
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
  })
})

// Weakness 54
test('weakness 54: a webhook with a secret is signed, one without is not', async () => {
  const secret = 'a secret of enough bytes'
  const { notifier, sent } = harness(
    settings([], [target('webhook', hook, { secret }), target('webhook', `${hook}2`)])
  )
  notifier.notify(denied)
  await settle()
  const signatures = sent.map(({ headers }) => headers['webhook-signature'])
  expect(signatures).toEqual([expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/), undefined])
  expect(sent[0]?.headers).toMatchObject({
    'Content-Type': 'application/json',
    'User-Agent': 'AgentGuard/1.0',
    'webhook-id': expect.stringMatching(/^msg_/)
  })
})
