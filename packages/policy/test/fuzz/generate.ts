import { calls, contexts, harmless, soup } from './fragments.ts'

/** A source of numbers from 0 to 1, without 1. */
export type Random = () => number

/** The same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A script in which `marker` is called, named or hidden, by a few of the known constructs. */
export function generateScript(random: Random, marker: string): string {
  const kind = random()
  const script =
    kind < 0.15
      ? nested(random, pick(random, calls))
      : kind < 0.55
        ? nested(random, pick(random, harmless))
        : kind < 0.7
          ? join(random)
          : kind < 0.85
            ? mutated(random, nested(random, pick(random, harmless)))
            : nested(random, `echo ${brew(random)}`)
  return script.replaceAll('M', marker)
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

function nested(random: Random, command: string): string {
  let script = command
  for (let depth = Math.floor(random() * 3); depth > 0; depth--) {
    script = pick(random, contexts).replaceAll('C', () => script)
  }
  return script
}

/** Several commands, most of them harmless. */
function join(random: Random): string {
  const count = 2 + Math.floor(random() * 3)
  const commands = Array.from({ length: count }, () =>
    nested(random, pick(random, random() < 0.06 ? calls : harmless))
  )
  return commands.join(pick(random, ['\n', '; ', ' && ', '\n', ' || ', ' | ']))
}

function brew(random: Random): string {
  const count = 1 + Math.floor(random() * 9)
  return Array.from({ length: count }, () => pick(random, soup)).join('')
}

/** A script in which a few places are changed. */
function mutated(random: Random, script: string): string {
  let text = script
  for (let changes = 1 + Math.floor(random() * 2); changes > 0; changes--) {
    const at = Math.floor(random() * (text.length + 1))
    const removed = random() < 0.3 ? Math.floor(random() * 3) : 0
    text = text.slice(0, at) + (random() < 0.85 ? pick(random, soup) : '') + text.slice(at + removed)
  }
  return text
}
