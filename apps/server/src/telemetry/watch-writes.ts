/** What a store is watched with. */
export interface WatchWritesOptions {
  /** Writes something small, and throws or rejects if that is not possible. */
  readonly write: () => unknown
  /** Told what failed, once for each time that it begins to fail. */
  readonly onError?: (error: unknown) => void
  readonly everyMs?: number
}

/** A watched store. */
export interface WatchedWrites {
  /** Whether the last write went well. A write that takes longer than from one to the next did not. */
  isUp(): boolean
  close(): void
}

/** Watches whether a store can be written: approvals and budgets need one. */
export function watchWrites({
  write,
  onError = () => {},
  everyMs = 5000
}: WatchWritesOptions): WatchedWrites {
  let isUp = true
  let isWriting = false

  function failed(error: unknown): void {
    if (isUp) onError(error)
    isUp = false
  }

  async function attempt(): Promise<void> {
    if (isWriting) return failed(new Error('a write takes too long'))
    isWriting = true
    try {
      await write()
      isUp = true
    } catch (error) {
      failed(error)
    } finally {
      isWriting = false
    }
  }

  const timer = setInterval(() => void attempt(), everyMs)
  timer.unref()
  return { isUp: () => isUp, close: () => clearInterval(timer) }
}
