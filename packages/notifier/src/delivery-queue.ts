import { backoffMs, type RetrySettings } from './backoff.ts'
import { type Clock, wait } from './clock.ts'
import type { DeadReason } from './dead-letter.ts'
import type { Delivery } from './notification.ts'
import type { Sent, Target } from './target.ts'

/** How {@link createDeliveryQueue} works. */
export interface DeliveryQueueOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly retry: RetrySettings
  /** How many deliveries wait at most. */
  readonly maxWaiting: number
  /** How many bytes they have at most, about. */
  readonly maxWaitingBytes: number
  readonly onDelivered: (attempts: number, durationMs: number) => void
  readonly onAttemptFailed: (attempt: number, reason: string, durationMs: number) => void
  /** What was given up. It is no longer in the queue. */
  readonly onGivenUp: (delivery: Delivery, reason: DeadReason, attempts: number) => void
}

/** The deliveries of one target, one after the other. */
export interface DeliveryQueue {
  /** Never waits, never throws. A full queue gives the delivery up at once. */
  push(delivery: Delivery): void
  /** What sends from the next attempt on. */
  use(target: Target, timeoutMs: number): void
  /** How many deliveries wait, with the one under way. */
  readonly size: number
  /** Resolves when nothing waits. */
  idle(): Promise<void>
  /** Gives up what waits, after cutting the attempt under way short. Nothing is accepted any more. */
  stop(reason: DeadReason): Promise<void>
}

interface Waiting {
  readonly delivery: Delivery
  readonly bytes: number
}

/** Creates a queue for a target. */
export function createDeliveryQueue(
  first: { readonly target: Target; readonly timeoutMs: number },
  options: DeliveryQueueOptions
): DeliveryQueue {
  const { clock, random, retry, maxWaiting, maxWaitingBytes } = options
  let { target, timeoutMs } = first
  const waiting: Waiting[] = []
  let waitingBytes = 0
  let running: Promise<void> | undefined
  let stopReason: DeadReason | undefined
  const stopping = new AbortController()

  function push(delivery: Delivery): void {
    const bytes = JSON.stringify(delivery).length
    const isFull = waiting.length >= maxWaiting || waitingBytes + bytes > maxWaitingBytes
    if (stopReason || isFull) {
      options.onGivenUp(delivery, stopReason ?? 'queue_full', 0)
      return
    }
    waiting.push({ delivery, bytes })
    waitingBytes += bytes
    running ??= run()
  }

  async function run(): Promise<void> {
    // So that whoever pushes is never held up, not even by a target that answers at once.
    await Promise.resolve()
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (stopReason) options.onGivenUp(next.delivery, stopReason, 0)
      else await deliver(next.delivery)
      waiting.shift()
      waitingBytes -= next.bytes
    }
    running = undefined
  }

  async function deliver(delivery: Delivery): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const sent = await sendMeasured(delivery, attempt)
      if (sent.ok) return
      if (!sent.isTemporary || attempt >= retry.attempts) {
        options.onGivenUp(delivery, 'failed', attempt)
        return
      }
      const waitMs = backoffMs(attempt, retry, random(), sent.retryAfterMs)
      await wait(clock, waitMs, stopping.signal)
      if (stopReason) {
        options.onGivenUp(delivery, stopReason, attempt)
        return
      }
    }
  }

  async function sendMeasured(delivery: Delivery, attempt: number): Promise<Sent> {
    const started = clock.now()
    const sent = await sendInTime(delivery)
    const durationMs = clock.now() - started
    if (sent.ok) options.onDelivered(attempt, durationMs)
    else options.onAttemptFailed(attempt, sent.reason, durationMs)
    return sent
  }

  async function sendInTime(delivery: Delivery): Promise<Sent> {
    const sending = new AbortController()
    const abort = (): void => sending.abort()
    const cancel = clock.after(timeoutMs, abort)
    // `AbortSignal.any` would keep something of each delivery for as long as the queue lives.
    stopping.signal.addEventListener('abort', abort)
    if (stopping.signal.aborted) abort()
    try {
      const { signal } = sending
      return await Promise.race([target.send(delivery, signal), aborted(signal)])
    } catch {
      return { ok: false, reason: 'fault', isTemporary: true }
    } finally {
      cancel()
      stopping.signal.removeEventListener('abort', abort)
    }
  }

  return {
    push,
    use(next, nextTimeoutMs) {
      target = next
      timeoutMs = nextTimeoutMs
    },
    get size() {
      return waiting.length
    },
    idle: async () => running,
    async stop(reason) {
      stopReason ??= reason
      stopping.abort()
      await running
    }
  }
}

/** A target that does not heed the signal holds up nobody either. */
function aborted(signal: AbortSignal): Promise<Sent> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () =>
      resolve({ ok: false, reason: 'timeout', isTemporary: true })
    )
  })
}
