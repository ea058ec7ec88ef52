import type { Pattern } from './pattern.ts'
import type { Token } from './token.ts'

/** A token that stands for exactly one code point. */
type Unit = Exclude<Token, { kind: 'star' | 'text' }> | { kind: 'point'; point: number }

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
  readonly weight: number
  readonly #units: readonly Unit[]
  /** Bit i: a star stands before unit i (or, for the last bit, at the end). */
  readonly #loops: Uint32Array
  /** Where code points begin that other units accept than those before. */
  readonly #starts: readonly number[]
  /** For each of these, once it has been asked for: bit i is set if unit i accepts them. */
  readonly #masks: (Uint32Array | undefined)[]

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
    this.#starts = [...new Set([0, ...units.flatMap(edgesOf)])].sort((a, b) => a - b)
    this.#masks = new Array(this.#starts.length)
    this.weight = 1 + this.#loops.length
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

  #maskOf(point: number): Uint32Array {
    const at = lastNotAbove(this.#starts, point)
    const known = this.#masks[at]
    if (known) return known
    const mask = new Uint32Array(this.#loops.length)
    for (const [bit, unit] of this.#units.entries()) if (accepts(unit, point)) setBit(mask, bit)
    this.#masks[at] = mask
    return mask
  }
}

function pointUnit(character: string): Unit {
  return { kind: 'point', point: character.codePointAt(0) as number }
}

/** The code points at which the unit begins or ceases to accept. */
function edgesOf(unit: Unit): number[] {
  if (unit.kind === 'any') return []
  if (unit.kind === 'point') return [unit.point, unit.point + 1]
  return unit.ranges.flatMap(([first, last]) => [first, last + 1])
}

function accepts(unit: Unit, point: number): boolean {
  if (unit.kind === 'any') return true
  if (unit.kind === 'point') return unit.point === point
  return unit.ranges.some(([first, last]) => first <= point && point <= last) !== unit.negated
}

/** Where the last number stands that is not above the wanted one; the first number is 0. */
function lastNotAbove(numbers: readonly number[], wanted: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((numbers[middle] as number) <= wanted) low = middle
    else high = middle - 1
  }
  return low
}

function setBit(words: Uint32Array, at: number): void {
  words[at >>> 5] = (words[at >>> 5] as number) | (1 << (at & 31))
}

function hasBit(words: Uint32Array, at: number): boolean {
  return ((words[at >>> 5] as number) & (1 << (at & 31))) !== 0
}
