/** What repeated measurements of one thing came to, in nanoseconds per unit. */
export interface Timing {
  readonly median: number
  readonly min: number
}

/** Something that is timed, a batch at a time. */
export interface Subject {
  /** Makes a batch of the given number of units, not timed, and returns what runs it, timed. */
  prepare(units: number): () => unknown
  /** The fewest units of a sample. */
  readonly leastUnits?: number
}

/** Keeps the latest result alive, so that the work for it cannot be left out. */
const kept = { result: undefined as unknown }

const mostUnits = 4_000

/** A subject with its samples so far. */
export class Measurement {
  readonly #subject: Subject
  readonly #samples: number[] = []
  readonly #leastUnits: number
  #units: number

  constructor(subject: Subject) {
    this.#subject = subject
    this.#leastUnits = subject.leastUnits ?? 1
    this.#units = this.#leastUnits
  }

  /** Warms the subject up and finds how many units make a sample of about `milliseconds`. */
  calibrate(milliseconds: number): void {
    const started = performance.now()
    while (performance.now() - started < 3 * milliseconds) {
      const took = this.#run()
      if (took < milliseconds / 2) this.#units = Math.min(mostUnits, this.#units * 2)
    }
  }

  sample(): void {
    // What ran before has filled the caches with its own data. A slow subject's sample is long anyway.
    if (this.#units > this.#leastUnits) this.#run()
    const took = this.#run()
    this.#samples.push((took * 1e6) / this.#units)
  }

  timing(): Timing {
    return timingOf(this.#samples)
  }

  #run(): number {
    const run = this.#subject.prepare(this.#units)
    const started = performance.now()
    kept.result = run()
    return performance.now() - started
  }
}

function timingOf(samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  const median = sorted.length % 2 === 0 ? ((sorted[middle - 1] as number) + upper) / 2 : upper
  return { median, min: sorted[0] as number }
}

/**
 * Samples every measurement once per round, in turn and in the opposite turn every other round, so
 * that whatever else the machine does meets all of them alike. Returns the control's samples.
 */
export function runRounds(measurements: readonly Measurement[], rounds: number): number[] {
  const control: number[] = []
  for (let round = 0; round < rounds; round++) {
    control.push(controlSample())
    const inTurn = round % 2 === 0 ? measurements : measurements.toReversed()
    for (const measurement of inTurn) measurement.sample()
    control.push(controlSample())
  }
  return control
}

/** The same work every time: what changes its time is the machine. The best of three. */
function controlSample(): number {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = performance.now()
    let mixed = 1
    for (let i = 0; i < 2_000_000; i++) mixed = Math.imul(mixed ^ i, 0x9e3779b1)
    kept.result = mixed
    best = Math.min(best, performance.now() - started)
  }
  return best
}

/** By how much the slowest is above the fastest, 0.25 being 25 %. */
export function spread(samples: readonly number[]): number {
  return Math.max(...samples) / Math.min(...samples) - 1
}

/** How often `of` fits into `by`, by medians and by minima. */
export interface Ratio {
  readonly medians: number
  readonly minima: number
}

export function ratio(by: Timing, of: Timing): Ratio {
  return { medians: by.median / of.median, minima: by.min / of.min }
}

/** The timing of an equal mixture. */
export function mean(timings: readonly Timing[]): Timing {
  const average = (pick: (timing: Timing) => number): number =>
    timings.reduce((sum, timing) => sum + pick(timing), 0) / timings.length
  return { median: average((timing) => timing.median), min: average((timing) => timing.min) }
}

/** Milliseconds of one call, best of several; fewer where one takes long. */
export function bestOf(attempts: number, run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  const started = performance.now()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = performance.now()
    kept.result = run()
    best = Math.min(best, performance.now() - before)
    if (performance.now() - started > 300) break
  }
  return best
}
