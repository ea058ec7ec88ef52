import type {
  DeadLetter,
  Fetch,
  Notification,
  NotificationSettings,
  NotifierEvent,
  NotifierOptions,
  TargetSettings
} from '../src/index.ts'
import { createNotifier, type Notifier } from '../src/index.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'

export const asked: Notification = {
  type: 'approval_required',
  timestamp: '2026-11-22T07:02:56.180906255Z',
  request: {
    schema_version: 'v1',
    scope: 'shell',
    command: 'rm -rf <build>',
    agent_id: 'bot',
    session_id: 's1',
    meta: { b: '2', a: '1' }
  },
  result: {
    schema_version: 'v1',
    decision: 'REQUIRE_APPROVAL',
    reason: 'Matches approval rule in shell scope',
    matched_rule: 'require_approval:shell:rm *',
    approval_id: 'ap_0123456789abcdef0123456789abcdef',
    approval_url: 'http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef'
  },
  approval_url: 'http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef'
}

export const denied: Notification = {
  type: 'denied',
  timestamp: '2026-11-22T07:02:56Z',
  request: { scope: 'filesystem', action: 'write', path: '/etc/passwd', agent_id: 'bot' },
  result: { decision: 'DENY', reason: 'No matching allow rule (default deny)' }
}

/** Another denial for each number. */
export const deniedAt = (number: number): Notification => ({
  ...denied,
  request: { ...denied.request, path: `/etc/${number}` }
})

export function target(
  type: string,
  url: string = '',
  more: Partial<TargetSettings> = {}
): TargetSettings {
  return { type, url, level: '', ...more }
}

export const settings = (
  approval_required: readonly TargetSettings[],
  on_deny: readonly TargetSettings[] = []
): NotificationSettings => ({ approval_required, on_deny, dispatchTimeoutMs: 10_000 })

/** What a request to a fake network was. */
export interface Sent {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Harness {
  readonly notifier: Notifier
  readonly clock: ManualClock
  readonly sent: Sent[]
  readonly events: NotifierEvent[]
  readonly letters: DeadLetter[]
  readonly console: string[]
  readonly log: string[]
}

/** A notifier on a manual clock with a network that `answer` plays: a status, or `'hang'`. */
export function harness(
  local: NotificationSettings,
  answer: (request: Sent, count: number) => number | 'hang' | Error = () => 200,
  more: Partial<NotifierOptions> = {}
): Harness {
  const [clock, sent, events, letters]: [ManualClock, Sent[], NotifierEvent[], DeadLetter[]] = [
    manualClock(),
    [],
    [],
    []
  ]
  const [shown, log]: [string[], string[]] = [[], []]
  let ids = 0
  const fetch: Fetch = (url, { headers, body, signal }) => {
    sent.push({ url, headers, body })
    const reply = answer({ url, headers, body }, sent.length)
    if (reply instanceof Error) return Promise.reject(reply)
    if (reply !== 'hang') return Promise.resolve(new Response(null, { status: reply }))
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
  }
  const notifier = createNotifier({
    tenants: new Map([['local', local]]),
    redact: (value) => value,
    fetch,
    clock,
    random: () => 1,
    newId: () => `msg_${++ids}`,
    onEvent: (event) => events.push(event),
    deadLetters: {
      append: async (letter) => {
        letters.push(letter)
      }
    },
    writeConsole: (text) => shown.push(text),
    writeLog: (text) => log.push(text),
    ...more
  })
  return { notifier, clock, sent, events, letters, console: shown, log }
}
