/**
 * A seed for the whole run, so that a failure can be repeated: `PROPERTY_SEED=… vitest run …`.
 * `PROPERTY_RUNS` multiplies the number of runs.
 */
export const seed: number = Number(
  process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31)
)

const factor = Number(process.env['PROPERTY_RUNS'] ?? 1)

export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: Math.max(1, Math.round(count * factor)) }
}

/** Counts what cases were about, so that one can see that they were about something. */
export class Tally {
  readonly #counts = new Map<string, number>()
  #total = 0

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    this.#total++
  }

  /** The part of all cases that were about this. */
  share(name: string): number {
    return (this.#counts.get(name) ?? 0) / this.#total
  }

  toString(): string {
    const shares = [...this.#counts.keys()].map((name): [string, number] => [
      name,
      this.share(name)
    ])
    const lines = shares
      .sort(([, a], [, b]) => b - a)
      .map(([name, share]) => `  ${(100 * share).toFixed(2).padStart(6)} %  ${name}`)
    return [`${this.#total} cases`, ...lines].join('\n')
  }
}
