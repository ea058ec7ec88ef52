import type { Clock } from '../src/index.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves the time, and runs what is due, in order, with everything that follows from it. */
  advance(ms: number): Promise<void>
  /** How many timers are set. */
  readonly timers: number
}

export function manualClock(start: number = Date.UTC(2026, 10, 22)): ManualClock {
  let now = start
  const timers = new Set<Timer>()

  function nextDue(end: number): Timer | undefined {
    const due = [...timers].filter(({ at }) => at <= end)
    return due.sort((a, b) => a.at - b.at)[0]
  }

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (let timer = nextDue(end); timer; timer = nextDue(end)) {
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.run()
        await settle()
      }
      now = end
    },
    get timers() {
      return timers.size
    }
  }
}

/** Lets everything happen that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 500; turn++) await Promise.resolve()
}
