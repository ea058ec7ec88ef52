import { randomUUID } from 'node:crypto'
import { defaultRetry, type RetrySettings } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import { type AnswerUrl, createTarget, type TargetMeans } from './create-target.ts'
import type { DeadLetter, DeadLetters, DeadReason } from './dead-letter.ts'
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.ts'
import type { Notification } from './notification.ts'
import { type NotifierEvent, type ShownTarget, showTarget } from './notifier-event.ts'
import { createQuietWindow, type QuietWindow } from './quiet-window.ts'
import { resolveTargets } from './resolve-targets.ts'
import type { NotificationSettings, ResolvedTarget } from './settings.ts'
import type { Fetch } from './targets/post.ts'

/** Each tenant's targets. What happens in a tenant without any is told to nobody. */
export type TenantSettings = ReadonlyMap<string, NotificationSettings>

/** Tells whom the settings name. */
export interface Notifier {
  /** Never waits and never throws. */
  notify(notification: Notification): void
  /** Takes new settings. Targets that stay keep what waits for them; what waits for others is given up. */
  reload(tenants: TenantSettings): void
  /** Queues a delivery that was given up. Returns whether its target exists. */
  redeliver(letter: DeadLetter): boolean
  /** How many deliveries wait, by target. */
  waiting(): readonly (ShownTarget & { readonly size: number })[]
  /** Delivers what waits until the deadline, and gives up the rest. Nothing is accepted any more. */
  close(options?: { readonly deadlineMs?: number }): Promise<void>
}

/** What {@link createNotifier} is made of. */
export interface NotifierOptions {
  readonly tenants: TenantSettings
  /** Removes secrets from a JSON value of a tenant. If it throws, the notification is not sent. */
  readonly redact: <T>(value: T, tenant: string) => T
  /** Keeps what is given up. Without it, that is lost. */
  readonly deadLetters?: DeadLetters
  readonly onEvent?: (event: NotifierEvent) => void
  /** Where `console` targets write; nowhere if it is absent. */
  readonly writeConsole?: (text: string) => void
  /** Where `log` targets write; nowhere if it is absent. */
  readonly writeLog?: (text: string) => void
  /** Where `slack` and `webhook` targets let a person answer. @defaultValue where the notification says */
  readonly answerUrl?: AnswerUrl
  readonly fetch?: Fetch
  readonly clock?: Clock
  readonly random?: () => number
  readonly newId?: () => string
  readonly retry?: RetrySettings
  /** How many deliveries wait for one target at most. */
  readonly maxWaiting?: number
  /** How many bytes they have at most, about. */
  readonly maxWaitingBytes?: number
}

/** A target with its queue. */
interface Channel {
  settings: ResolvedTarget
  shown: ShownTarget
  readonly queue: DeliveryQueue
  window: QuietWindow
}

const defaultMaxWaiting = 256
const defaultMaxWaitingBytes = 16 * 1_048_576
const defaultDeadlineMs = 5000

/** Creates a notifier. */
export function createNotifier(options: NotifierOptions): Notifier {
  const {
    redact,
    deadLetters,
    writeConsole = () => undefined,
    writeLog = () => undefined,
    answerUrl = () => undefined,
    fetch = globalThis.fetch,
    clock = systemClock,
    random = Math.random,
    newId = () => `msg_${randomUUID()}`,
    retry = defaultRetry,
    maxWaiting = defaultMaxWaiting,
    maxWaitingBytes = defaultMaxWaitingBytes
  } = options
  const means: TargetMeans = { fetch, now: clock.now, writeConsole, writeLog, answerUrl }
  /** A listener that throws holds up nobody. */
  const onEvent = (event: NotifierEvent) => {
    try {
      options.onEvent?.(event)
    } catch {}
  }
  let channels = new Map<string, Channel>()
  /** Writes and removals under way. */
  const pending = new Set<Promise<void>>()
  let closing: Promise<void> | undefined

  function track(work: Promise<void>): void {
    pending.add(work)
    work.finally(() => pending.delete(work))
  }

  function giveUp(channel: Channel, letter: Omit<DeadLetter, 'target' | 'tenant'>): void {
    const { shown: target } = channel
    const { reason, attempts } = letter
    onEvent({ type: 'given_up', target, reason, attempts })
    track(keep({ target: target.id, tenant: target.tenant, ...letter }, target))
  }

  async function keep(letter: DeadLetter, target: ShownTarget): Promise<void> {
    try {
      if (!deadLetters) throw new Error('there is no place for dead letters')
      await deadLetters.append(letter)
    } catch {
      onEvent({ type: 'lost', target, reason: letter.reason })
    }
  }

  function openChannel(settings: ResolvedTarget): Channel | undefined {
    const created = createTarget(settings, means)
    const shown = showTarget(settings)
    if (!created.ok) {
      onEvent({ type: 'target_refused', target: shown, reason: created.reason })
      return undefined
    }
    const first = { target: created.target, timeoutMs: settings.timeoutMs }
    const queue = createDeliveryQueue(first, {
      clock,
      random,
      retry,
      maxWaiting,
      maxWaitingBytes,
      onDelivered: (attempts, durationMs) =>
        onEvent({ type: 'delivered', target: channel.shown, attempts, durationMs }),
      onAttemptFailed: (attempt, reason, durationMs) =>
        onEvent({ type: 'attempt_failed', target: channel.shown, attempt, reason, durationMs }),
      onGivenUp: (delivery, reason, attempts) => giveUp(channel, { delivery, reason, attempts })
    })
    const channel: Channel = { settings, shown, queue, window: openWindow(settings, shown, queue) }
    return channel
  }

  function openWindow(settings: ResolvedTarget, target: ShownTarget, queue: DeliveryQueue) {
    return createQuietWindow({
      quietMs: settings.quietMs,
      burst: settings.burst,
      clock,
      newId,
      deliver: queue.push,
      onHeldBack: (reason) => onEvent({ type: 'held_back', target, reason })
    })
  }

  /** The channel of a target that was there before, with its new settings. */
  function keepChannel(channel: Channel, settings: ResolvedTarget): Channel | undefined {
    if (JSON.stringify(channel.settings) === JSON.stringify(settings)) return channel
    const created = createTarget(settings, means)
    if (!created.ok) return openChannel(settings)
    channel.queue.use(created.target, settings.timeoutMs)
    channel.window.flush()
    channel.settings = settings
    channel.shown = showTarget(settings)
    channel.window = openWindow(settings, channel.shown, channel.queue)
    return channel
  }

  function reload(tenants: TenantSettings): void {
    if (closing) return
    const next = new Map<string, Channel>()
    for (const target of [...tenants].flatMap(([tenant, each]) => resolveTargets(tenant, each))) {
      const key = channelKey(target.tenant, target.id)
      const known = channels.get(key)
      const channel = known ? keepChannel(known, target) : openChannel(target)
      if (channel) next.set(key, channel)
    }
    const removed = [...channels].filter(([key, channel]) => next.get(key) !== channel)
    for (const [, channel] of removed) track(stop(channel, 'target_removed'))
    channels = next
  }

  function notify(notification: Notification): void {
    if (closing) return
    const tenant = notification.tenant_id ?? localTenant
    const interested = [...channels.values()].filter(
      ({ settings }) => settings.tenant === tenant && settings.events.includes(notification.type)
    )
    if (interested.length === 0) return
    const delivery = prepare(notification)
    if (!delivery) onEvent({ type: 'redaction_failed', tenant })
    else for (const channel of interested) channel.window.offer({ ...delivery, id: newId() })
  }

  /** Removes secrets. Where a person approves is our own text, and of no use without all of it. */
  function prepare(notification: Notification): Notification | undefined {
    try {
      const { result: said, tenant_id: tenant = localTenant } = notification
      const { approval_url } = said
      const result = redact(said, tenant)
      return {
        ...notification,
        request: redact(notification.request, tenant),
        result: approval_url === undefined ? result : { ...result, approval_url }
      }
    } catch {
      return undefined
    }
  }

  async function drain(deadlineMs: number): Promise<void> {
    const all = [...channels.values()]
    for (const { window } of all) window.flush()
    const deadline = new Promise<void>((resolve) => {
      const cancel = clock.after(deadlineMs, resolve)
      Promise.all(all.map(({ queue }) => queue.idle())).then(() => {
        cancel()
        resolve()
      })
    })
    await deadline
    await Promise.all(all.map(({ queue }) => queue.stop('shutdown')))
    await Promise.all(pending)
  }

  reload(options.tenants)
  return {
    notify,
    reload,
    redeliver({ tenant, target, delivery }) {
      const channel = channels.get(channelKey(tenant, target))
      if (!channel || closing) return false
      channel.queue.push(delivery)
      return true
    },
    waiting: () =>
      [...channels.values()].map(({ shown, queue }) => ({ ...shown, size: queue.size })),
    close({ deadlineMs = defaultDeadlineMs } = {}) {
      closing ??= drain(deadlineMs)
      return closing
    }
  }
}

const localTenant = 'local'

function channelKey(tenant: string, id: string): string {
  return JSON.stringify([tenant, id])
}

async function stop({ window, queue }: Channel, reason: DeadReason): Promise<void> {
  window.flush()
  await queue.stop(reason)
}
