/** About how long this process is busy with a line: shaping and sealing it, and what its answer sets off. */
const busyMsPerLine = 0.015

/** How quickly a disk that became slower is believed to be. */
const forgetting = 0.1

/** Decides how many lines are written at once. */
export interface BatchSize {
  /** How many of those that wait to take, when others are about to be answered. */
  next(waiting: number, aboutToBeAnswered: number): number
  /** Tells how long a write took. */
  took(milliseconds: number): void
}

/**
 * Usually all that wait are written together. If the disk takes less time for a write than this process
 * does for the lines, half of them are: then one half is being written while the other is being made,
 * which is faster as long as two writes cost less than one and the lines.
 */
export function createBatchSize(most: number): BatchSize {
  let writeMs = Number.POSITIVE_INFINITY
  return {
    next(waiting, aboutToBeAnswered) {
      const all = waiting + aboutToBeAnswered
      const isHalved = writeMs < all * busyMsPerLine
      return Math.min(most, isHalved ? Math.ceil(all / 2) : waiting)
    },
    took(milliseconds) {
      // Writes seem slow when this process was too busy to see that they were done.
      const isFaster = milliseconds < writeMs
      writeMs = isFaster ? milliseconds : writeMs + (milliseconds - writeMs) * forgetting
    }
  }
}
