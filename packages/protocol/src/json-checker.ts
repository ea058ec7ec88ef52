import type { JsonErrorCode } from './json-error.ts'
import { JsonStop } from './json-stop.ts'
import { quoteName } from './quote-name.ts'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const literal = /true|false|null/y
const simpleEscapes = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)))
const unicodeEscape = /\\u[0-9a-fA-F]{4}/y
const surrogateEscape = /\\u[dD][89a-fA-F]/

/**
 * Checks one JSON text (RFC 8259, and what `parseJson` refuses beyond it) in a single pass.
 *
 * It builds no value: that is left to `JSON.parse`, so that the two cannot differ.
 */
export class JsonChecker {
  readonly #text: string
  readonly #maxDepth: number
  readonly #refusesDuplicates: boolean
  #at = 0
  #depth = 0
  #memberCount = 0

  /** To refuse duplicates is slower: it keeps the names. Without it, compare the count of members. */
  constructor(text: string, maxDepth: number, refusesDuplicates: boolean) {
    this.#text = text
    this.#maxDepth = maxDepth
    this.#refusesDuplicates = refusesDuplicates
  }

  /**
   * Checks the whole text. Returns how many members its objects have, duplicates included.
   *
   * Throws a {@link JsonStop} when it refuses.
   */
  check(): number {
    if (Number.isNaN(this.#next())) throw this.#stop('empty', 'EOF')
    this.#value()
    if (this.#at < this.#text.length) {
      throw this.#stop('trailing_bytes', 'expected nothing after the value')
    }
    return this.#memberCount
  }

  /** Moves over white space. Returns the code unit there; NaN at the end, which equals nothing. */
  #next(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit
      this.#at++
    }
  }

  /** Moves over a value and the white space around it. Returns the code unit there. */
  #value(): number {
    const unit = this.#next()
    if (unit === quote) {
      this.#string()
    } else if (unit === openBrace) {
      this.#enter()
      this.#members()
      this.#leave()
    } else if (unit === openBracket) {
      this.#enter()
      this.#elements()
      this.#leave()
    } else {
      this.#numberOrLiteral()
    }
    return this.#next()
  }

  /** Moves to the end of an object. */
  #members(): void {
    if (this.#next() === closeBrace) return
    const names = this.#refusesDuplicates ? new Set<string>() : undefined
    for (;;) {
      this.#name(names)
      const unit = this.#value()
      if (unit === closeBrace) return
      if (unit !== comma) throw this.#unexpected('`,` or `}`')
      this.#at++
    }
  }

  /** Moves over a member's name and the colon. */
  #name(names: Set<string> | undefined): void {
    if (this.#next() !== quote) throw this.#unexpected('a member name in double quotes')
    const start = this.#at
    this.#string()
    this.#memberCount++
    if (names) this.#refuseDuplicate(names, start)
    if (this.#next() !== colon) throw this.#unexpected('`:`')
    this.#at++
  }

  #refuseDuplicate(names: Set<string>, start: number): void {
    const name: string = JSON.parse(this.#text.slice(start, this.#at))
    if (names.has(name)) {
      throw this.#stop('duplicate_member', `duplicate member ${quoteName(name)}`, start)
    }
    names.add(name)
  }

  /** Moves to the end of an array. */
  #elements(): void {
    if (this.#next() === closeBracket) return
    for (;;) {
      const unit = this.#value()
      if (unit === closeBracket) return
      if (unit !== comma) throw this.#unexpected('`,` or `]`')
      this.#at++
    }
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) {
      throw this.#stop('too_deep', `nested more than ${this.#maxDepth} deep`)
    }
    this.#at++
  }

  #leave(): void {
    this.#depth--
    this.#at++
  }

  #string(): void {
    const text = this.#text
    const start = this.#at
    let isEscaped = false
    let at = start + 1
    for (let unit = text.charCodeAt(at); unit !== quote; unit = text.charCodeAt(at)) {
      if (unit === backslash) {
        isEscaped = true
        at += this.#escapeLength(at)
      } else if (unit >= 0x20) {
        at++
      } else {
        throw this.#unexpected('no control character in a string', at)
      }
    }
    this.#at = at + 1
    if (isEscaped) this.#refuseLoneSurrogate(start)
  }

  #escapeLength(at: number): number {
    const unit = this.#text.charCodeAt(at + 1)
    if (simpleEscapes.has(unit)) return 2
    unicodeEscape.lastIndex = at
    if (!unicodeEscape.test(this.#text)) {
      throw this.#unexpected('a valid escape', Number.isNaN(unit) ? at + 1 : at)
    }
    return 6
  }

  #refuseLoneSurrogate(start: number): void {
    const string = this.#text.slice(start, this.#at)
    if (surrogateEscape.test(string) && !JSON.parse(string).isWellFormed()) {
      throw this.#stop('lone_surrogate', 'lone surrogate in the string', start)
    }
  }

  #numberOrLiteral(): void {
    const start = this.#at
    number.lastIndex = start
    literal.lastIndex = start
    if (number.test(this.#text)) {
      this.#at = number.lastIndex
      if (!Number.isFinite(Number(this.#text.slice(start, this.#at)))) {
        throw this.#stop('number_out_of_range', 'number out of range', start)
      }
    } else if (literal.test(this.#text)) {
      this.#at = literal.lastIndex
    } else {
      throw this.#unexpected('a value')
    }
  }

  #unexpected(expected: string, at: number = this.#at): JsonStop {
    return at >= this.#text.length
      ? this.#stop('truncated', 'unexpected EOF', at)
      : this.#stop('syntax', `expected ${expected}`, at)
  }

  #stop(code: JsonErrorCode, what: string, at: number = this.#at): JsonStop {
    return new JsonStop(code, what, at)
  }
}
