import type { AuditEntry } from '@agentguard/protocol'
import { benchEntry } from './bench-entry.ts'

/** What one run came to. */
export interface Sample {
  readonly perSecond: number
  /** How long the entries waited, in milliseconds, in order. */
  readonly waits: readonly number[]
}

/** So many writers, each of which writes its next entry when the last one is written. */
export async function measure(
  write: (entry: AuditEntry) => Promise<unknown>,
  writers: number,
  milliseconds: number
): Promise<Sample> {
  const waits: number[] = []
  const started = performance.now()
  const end = started + milliseconds
  const run = async (writer: number): Promise<void> => {
    for (let index = 0; performance.now() < end; index++) {
      const entry = benchEntry(writer, index)
      const before = performance.now()
      await write(entry)
      waits.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => run(writer)))
  const perSecond = (waits.length * 1000) / (performance.now() - started)
  return { perSecond, waits: waits.sort((a, b) => a - b) }
}

/** What all runs of one subject came to: medians, and the best rate. */
export function summarize(samples: readonly Sample[]): {
  perSecond: number
  best: number
  p50: number
  p99: number
} {
  const rates = samples.map(({ perSecond }) => perSecond)
  return {
    perSecond: median(rates),
    best: Math.max(...rates),
    p50: median(samples.map(({ waits }) => percentile(waits, 0.5))),
    p99: median(samples.map(({ waits }) => percentile(waits, 0.99)))
  }
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5
  )
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
