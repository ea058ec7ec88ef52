/** Nanoseconds per call over several rounds. */
export interface Timing {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Something that is timed: does so many calls. */
export interface Subject {
  readonly name: string
  /** How many calls make a sample. */
  readonly calls: number
  run(calls: number): unknown
}

/** Keeps the latest result alive, so that the work for it cannot be left out. */
const kept = { result: undefined as unknown }

/**
 * Samples all subjects in turn, and in the opposite turn every other round, so that whatever else the
 * machine does meets all of them alike.
 */
export async function measure(
  subjects: readonly Subject[],
  rounds: number
): Promise<Map<string, Timing>> {
  for (const subject of subjects) await subject.run(subject.calls)
  const samples = new Map(subjects.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, calls, run } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      // What ran before has filled the caches with its own data.
      kept.result = await run(Math.ceil(calls / 4))
      const started = performance.now()
      kept.result = await run(calls)
      samples.get(name)?.push(((performance.now() - started) * 1e6) / calls)
    }
  }
  return new Map([...samples].map(([name, values]) => [name, timingOf(values)]))
}

function timingOf(samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b)
  return {
    median: sorted[sorted.length >> 1] as number,
    min: sorted[0] as number,
    max: sorted.at(-1) as number
  }
}

/** The same work every time: what changes its time is the machine. */
export function controlSubject(): Subject {
  return {
    name: 'control',
    calls: 2_000_000,
    run(calls) {
      let mixed = 1
      for (let call = 0; call < calls; call++) mixed = Math.imul(mixed ^ call, 0x9e3779b1)
      return mixed
    }
  }
}
