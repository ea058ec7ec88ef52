import type { Keys } from './io.ts'

/** A terminal from which single keys can be read. */
export interface KeySource {
  setRawMode(isRaw: boolean): unknown
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  off(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  resume(): unknown
  pause(): unknown
}

/** Reads keys from a terminal until it is closed. */
export function openKeyboard(source: KeySource): Keys {
  let take: ((key: string) => void) | undefined
  // Always reading: what nobody waits for must not be there later.
  const onData = (chunk: Uint8Array): void => take?.(Buffer.from(chunk).toString('utf8'))
  source.setRawMode(true)
  source.on('data', onData)
  source.resume()

  function next(signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined)
      const finish = (key: string | undefined): void => {
        take = undefined
        signal.removeEventListener('abort', onAbort)
        resolve(key)
      }
      const onAbort = (): void => finish(undefined)
      signal.addEventListener('abort', onAbort)
      take = finish
    })
  }

  return {
    next,
    async quiet(ms, signal) {
      let key: string | undefined
      do key = await next(AbortSignal.any([signal, AbortSignal.timeout(ms)]))
      while (key !== undefined && !signal.aborted)
    },
    close() {
      source.off('data', onData)
      source.setRawMode(false)
      source.pause()
    }
  }
}
