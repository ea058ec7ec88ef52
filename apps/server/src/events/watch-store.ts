import type { AuditStore, SealedLine } from '@agentguard/audit'

/** Hears of the lines of a log when they are as durable as they will be. */
export interface LineListener {
  /** The log was opened and has so many lines. */
  opened(size: number): void
  /** Lines are in the log, redacted as they are stored. In their order, each exactly once. */
  take(lines: readonly SealedLine[]): void
}

/**
 * The same store, with listeners that are told what is written.
 *
 * This is the one place where lines are in their final form, in their order, and safe: what is told here
 * can be read again from the log. Listeners MUST be fast: the next write waits.
 *
 * INVARIANT: nothing that a listener does changes what is written, nor whether it counts as written.
 */
export function watchStore(
  store: AuditStore,
  listeners: readonly LineListener[],
  onError: (error: unknown) => void = () => {}
): AuditStore {
  const each = (tellOne: (listener: LineListener) => void): void => {
    for (const listener of listeners) {
      try {
        tellOne(listener)
      } catch (error) {
        onError(error)
      }
    }
  }
  const tell = (lines: readonly SealedLine[]): void => each((listener) => listener.take(lines))

  return {
    async open(options) {
      const tail = await store.open(options)
      each((listener) => listener.opened(tail.head.size))
      return tail
    },
    async append(lines) {
      await store.append(lines)
      tell(lines)
    },
    isRotationDue: () => store.isRotationDue(),
    async rotate(seal) {
      const sealed: SealedLine[] = []
      await store.rotate((header) => {
        const line = seal(header)
        sealed.push(line)
        return line
      })
      tell(sealed)
    },
    scan: (scan) => store.scan(scan),
    parts: () => store.parts(),
    replace: (line) => store.replace(line),
    close: () => store.close()
  }
}
