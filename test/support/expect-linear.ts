import { expect } from 'vitest'

/** Times below this say nothing about growth. */
const resolutionMs = 4

/** Processor time, which other processes do not add to; the least disturbed of a few runs counts. */
function leastMs(run: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

/** Fails when eight times the size takes more than three times eight times as long. */
export function expectLinear(run: (size: number) => void, largest: number): void {
  run(largest / 64)
  const small = leastMs(() => run(largest / 8))
  const large = leastMs(() => run(largest))
  expect(large / Math.max(small, resolutionMs)).toBeLessThan(24)
}
