/** What ends something before it is done. */
export interface Ends {
  readonly afterMs: number
  readonly signals: readonly AbortSignal[]
}

/**
 * Does something with a signal that is aborted after a time, or as soon as one of some others is.
 *
 * Nothing of it is left afterwards. `AbortSignal.any` would keep something of each call for as long as the longest of
 * the signals lives, and one of them lives as long as the server.
 */
export async function withSignal<T>(
  { afterMs, signals }: Ends,
  run: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const timer = setTimeout(end, afterMs)
  for (const signal of signals) signal.addEventListener('abort', end)
  if (signals.some(({ aborted }) => aborted)) end()
  try {
    return await run(ending.signal)
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', end)
  }
}
