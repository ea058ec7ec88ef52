/** What has been opened, and how it is closed. */
export interface Opened {
  /** Says how something that has just been opened is closed. */
  defer(close: () => unknown): void
  /**
   * Closes everything, what was opened last first. What fails holds up nothing else; rejects at the end with
   * the first failure.
   */
  close(): Promise<void>
}

/** Nothing has been opened yet. */
export function createOpened(): Opened {
  const closers: (() => unknown)[] = []
  return {
    defer: (close) => void closers.push(close),
    async close() {
      const failures: unknown[] = []
      for (const close of closers.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    }
  }
}
