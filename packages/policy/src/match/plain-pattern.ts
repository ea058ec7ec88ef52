import { findLiteral } from './find-literal.ts'
import type { Pattern } from './pattern.ts'

/**
 * A pattern of literal texts with `*` between them.
 *
 * Taking the leftmost place for each inner text is right and never needs to be taken back, so a test
 * reads the value once.
 */
export class PlainPattern implements Pattern {
  readonly prefix: string
  readonly suffix: string
  readonly literals: readonly string[]
  readonly exact: boolean
  readonly weight: number

  /** @param texts The texts before, between and after the stars; one text is a pattern without a star. */
  constructor(texts: readonly string[]) {
    this.exact = texts.length === 1
    this.prefix = texts[0] as string
    this.suffix = texts.at(-1) as string
    this.literals = texts.slice(1, -1)
    this.weight = this.literals.length > 0 ? 1 : 0
  }

  matches(value: string): boolean {
    if (this.exact) return value === this.prefix
    const end = value.length - this.suffix.length
    if (end < this.prefix.length) return false
    if (!value.startsWith(this.prefix) || !value.endsWith(this.suffix)) return false
    let at = this.prefix.length
    for (const literal of this.literals) {
      const found = findLiteral(value, literal, at)
      if (found === -1) return false
      at = found + literal.length
    }
    return at <= end
  }
}
