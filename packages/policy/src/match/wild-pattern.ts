import type { Pattern } from './pattern.ts'
import type { Token } from './token.ts'

/** A token that stands for exactly one code point. */
type Unit = Exclude<Token, { kind: 'star' | 'text' }> | { kind: 'point'; point: number }

/** Bounds the memory that texts in many scripts can make a pattern take. */
const maxCachedMasks = 1024

/**
 * A pattern with `?` or classes, matched on code points.
 *
 * The pattern is a nondeterministic automaton whose set of states is kept in the bits of a few
 * words and stepped once per code point (Baeza-Yates and Gonnet 1992, Wu and Manber 1992): the
 * time is the value's length times the pattern's length over 32, with no backtracking.
 */
export class WildPattern implements Pattern {
  readonly prefix: string
  readonly suffix: string
  readonly literals: readonly string[]
  readonly exact = false
  readonly scans = true
  readonly #units: readonly Unit[]
  /** Bit i: a star stands before unit i (or, for the last bit, at the end). */
  readonly #loops: Uint32Array
  readonly #masks = new Map<number, Uint32Array>()

  constructor(tokens: readonly Token[]) {
    const first = tokens[0]
    const last = tokens.at(-1)
    this.prefix = first?.kind === 'text' ? first.text : ''
    this.suffix = last?.kind === 'text' ? last.text : ''
    this.literals = tokens
      .slice(1, -1)
      .flatMap((token) => (token.kind === 'text' ? token.text : []))
    const units: Unit[] = []
    const stars: number[] = []
    for (const token of tokens) {
      if (token.kind === 'star') stars.push(units.length)
      else if (token.kind !== 'text') units.push(token)
      else for (const character of token.text) units.push(pointUnit(character))
    }
    this.#units = units
    this.#loops = new Uint32Array((units.length >>> 5) + 1)
    for (const at of stars) setBit(this.#loops, at)
  }

  matches(value: string): boolean {
    const loops = this.#loops
    const states = new Uint32Array(loops.length)
    states[0] = 1
    for (let at = 0; at < value.length; at++) {
      const point = value.codePointAt(at) as number
      if (point > 0xffff) at++
      const mask = this.#maskOf(point)
      let carry = 0
      let alive = 0
      for (let word = 0; word < states.length; word++) {
        const before = states[word] as number
        const moved = before & (mask[word] as number)
        const after = (moved << 1) | carry | (before & (loops[word] as number))
        carry = moved >>> 31
        states[word] = after
        alive |= after
      }
      if (alive === 0) return false
    }
    return hasBit(states, this.#units.length)
  }

  /** Bit i: unit i accepts the code point. */
  #maskOf(point: number): Uint32Array {
    const known = this.#masks.get(point)
    if (known) return known
    const mask = new Uint32Array(this.#loops.length)
    for (const [at, unit] of this.#units.entries()) if (accepts(unit, point)) setBit(mask, at)
    if (this.#masks.size < maxCachedMasks) this.#masks.set(point, mask)
    return mask
  }
}

function pointUnit(character: string): Unit {
  return { kind: 'point', point: character.codePointAt(0) as number }
}

function accepts(unit: Unit, point: number): boolean {
  if (unit.kind === 'any') return true
  if (unit.kind === 'point') return unit.point === point
  return unit.ranges.some(([first, last]) => first <= point && point <= last) !== unit.negated
}

function setBit(words: Uint32Array, at: number): void {
  words[at >>> 5] = (words[at >>> 5] as number) | (1 << (at & 31))
}

function hasBit(words: Uint32Array, at: number): boolean {
  return ((words[at >>> 5] as number) & (1 << (at & 31))) !== 0
}
