/** Numbers from 0 up to 1 that look random and are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from 0 up to, but without, a bound. */
export function below(random: () => number, bound: number): number {
  return Math.floor(random() * bound)
}

/** Whether the long versions of the tests run. */
export const isLong: boolean = process.env['AUDIT_LONG'] !== undefined

/** The seed of this run. `AUDIT_SEED` repeats a run; the tests print what they used. */
export const baseSeed: number = Number(process.env['AUDIT_SEED'] ?? Date.now() % 1_000_000_000)
