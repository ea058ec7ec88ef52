type Stop = AbortSignal | undefined

/**
 * Does some work, and gives up on it at the first of the signals, with its reason, whatever the work does about it.
 * The work is given a signal that is aborted together with them.
 */
export async function giveUpAt<T>(
  signals: readonly Stop[],
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined)
  const controller = new AbortController()
  const { signal } = controller
  const stop = (): void => controller.abort(given.find(({ aborted }) => aborted)?.reason)
  if (given.some(({ aborted }) => aborted)) stop()
  signal.throwIfAborted()
  for (const one of given) one.addEventListener('abort', stop)
  try {
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    return await Promise.race([stopped, work(signal)])
  } finally {
    for (const one of given) one.removeEventListener('abort', stop)
  }
}

/** The longest time that timers know. */
const maxDelayMs = 2 ** 31 - 1

/** A signal that is aborted when a time is over. It keeps no program alive. */
export function timeOver(delayMs: number): AbortSignal {
  return AbortSignal.timeout(Math.ceil(Math.min(delayMs, maxDelayMs)))
}

/** A time-out that can be taken back. */
export interface Deadline {
  readonly signal: AbortSignal
  clear(): void
}

/** Starts a time-out by the global `setTimeout`, which tests of version 1.0 replace. */
export function startDeadline(delayMs: number): Deadline {
  const controller = new AbortController()
  const abort = (): void => controller.abort(new Error(`aborted: no answer within ${delayMs} ms`))
  const timer = setTimeout(abort, Math.min(delayMs, maxDelayMs))
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}

/** Waits by the global `setTimeout`. Rejects with the reason of the signal. */
export async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await giveUpAt(
      [signal],
      () =>
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, delayMs)
        })
    )
  } finally {
    clearTimeout(timer)
  }
}
