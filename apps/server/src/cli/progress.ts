import type { Io } from './io.ts'

/** Says how far long work is, on a line of a terminal that is written over. */
export interface Progress {
  /** Says where it is. Called as often as one likes. */
  update(describe: () => string): void
  /** Takes the line away. */
  end(): void
}

const intervalMs = 100
const clearLine = '\r\u001b[K'

/** Creates a progress line; a silent one when standard error is no terminal. */
export function createProgress(io: Io, now: () => number = () => performance.now()): Progress {
  if (!io.terminal?.err) return { update: () => {}, end: () => {} }
  const { columns } = io.terminal
  let shownAt = now()
  let isShown = false
  return {
    update(describe) {
      const at = now()
      if (at - shownAt < intervalMs) return
      shownAt = at
      isShown = true
      io.err(clearLine + describe().slice(0, Math.max(columns - 1, 1)))
    },
    end() {
      if (isShown) io.err(clearLine)
      isShown = false
    }
  }
}

/** A number of bytes, for a person. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`
}
