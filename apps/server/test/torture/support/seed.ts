import { afterEach } from 'vitest'

/** Numbers that look random, always the same for a seed. */
export interface Random {
  readonly seed: number
  /** From 0, below 1. */
  next(): number
  /** From 0, below a number. */
  below(bound: number): number
  pick<T>(items: readonly T[]): T
  /** Random printable text. */
  word(length: number): string
}

/** The numbers of a seed ("mulberry32", Tommy Ettinger). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    seed,
    next,
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    word: (length) => Array.from({ length }, () => letters[below(letters.length)]).join('')
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Random numbers for the tests of a file. A test that fails says the seed; `AGENTGUARD_SEED` repeats it.
 */
export function seeded(): Random {
  const given = process.env['AGENTGUARD_SEED']
  const random = randomOf(given === undefined ? Date.now() % 2 ** 32 : Number(given))
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`AGENTGUARD_SEED=${random.seed}`)
  })
  return random
}

/** A bound of a test: small for every run, larger where a command asks for a long one. */
export function amount(usual: number, long: number): number {
  return isLong ? long : usual
}

/** Whether a long run was asked for: `pnpm torture`. */
export const isLong: boolean = process.env['AGENTGUARD_LONG'] === '1'
