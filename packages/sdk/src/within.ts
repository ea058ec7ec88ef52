/** How long some work may take. */
export interface Bounds {
  readonly timeoutMs: number
  /** Ends it before that, with its reason. */
  readonly signal?: AbortSignal | undefined
  /** @defaultValue those of the global scope, as they are at the time of the call */
  readonly timers?: Pick<typeof globalThis, 'setTimeout' | 'clearTimeout'> | undefined
}

/** The longest time that timers know. */
const maxDelayMs = 2 ** 31 - 1

/** The timers of the platform, whatever a test of a program puts in their place later. */
export const platformTimers: Bounds['timers'] = { setTimeout, clearTimeout }

/**
 * Does some work within its bounds, and rejects when they are passed, whatever the work does about it. The work is
 * given a signal that is aborted then.
 */
export function within<T>(
  { timeoutMs, signal, timers = globalThis }: Bounds,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  // As functions by themselves: they want no other `this` than the global one.
  const { setTimeout: start, clearTimeout: clear } = timers
  return new Promise((resolve, reject) => {
    const controller = new AbortController()
    const release = (): void => {
      clear(timer)
      signal?.removeEventListener('abort', abort)
    }
    const stop = (reason: unknown): void => {
      release()
      controller.abort(reason)
      reject(reason)
    }
    const abort = (): void => stop(signal?.reason)
    const timer = start(
      () => stop(new Error(`aborted: no answer within ${timeoutMs} ms`)),
      Math.min(timeoutMs, maxDelayMs)
    )
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    work(controller.signal).finally(release).then(resolve, reject)
  })
}

/** Waits by the global `setTimeout`. Rejects with the reason of the signal. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, delayMs)
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
  })
}
