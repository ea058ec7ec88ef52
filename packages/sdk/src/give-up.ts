type Stop = AbortSignal | undefined

/**
 * Does some work, and gives up on it at the first of the signals, with its reason, whatever the work does about it.
 * The work is given a signal that is aborted together with them.
 */
export async function giveUpAt<T>(
  signals: readonly Stop[],
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const over = signals.find((signal) => signal?.aborted)
  if (over) throw over.reason
  const controller = new AbortController()
  const releases: (() => void)[] = []
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      if (!signal) continue
      const stop = (): void => {
        controller.abort(signal.reason)
        reject(signal.reason)
      }
      signal.addEventListener('abort', stop)
      releases.push(() => signal.removeEventListener('abort', stop))
    }
  })
  try {
    return await Promise.race([stopped, work(controller.signal)])
  } finally {
    for (const release of releases) release()
  }
}

/** The longest time that timers know. */
const maxDelayMs = 2 ** 31 - 1

/** A signal that is aborted when a time is over. It keeps no program alive. */
export function timeOver(delayMs: number): AbortSignal {
  return AbortSignal.timeout(Math.ceil(Math.max(0, Math.min(delayMs, maxDelayMs)) || 0))
}

/** A time-out that can be taken back. */
export interface Deadline {
  readonly signal: AbortSignal
  clear(): void
}

/** Starts a time-out by the global `setTimeout`, which tests of version 1.0 replace. */
export function startDeadline(delayMs: number): Deadline {
  const controller = new AbortController()
  const abort = (): void =>
    controller.abort(new Error(`The operation was aborted: no answer within ${delayMs} ms`))
  const timer = setTimeout(abort, Math.min(delayMs, maxDelayMs))
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}

/** Waits by the global `setTimeout`. Rejects with the reason of the signal. */
export async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const slept = (): Promise<void> =>
    new Promise((resolve) => {
      timer = setTimeout(resolve, delayMs)
    })
  try {
    await (signal ? giveUpAt([signal], slept) : slept())
  } finally {
    clearTimeout(timer)
  }
}
