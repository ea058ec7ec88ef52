import fc from 'fast-check'
import type { Facts, Truth } from '../../src/index.ts'

const truths: fc.Arbitrary<Truth> = fc.constantFrom('yes', 'no', 'unknown')

/** Facts that answer the same question always alike, and different questions often differently. */
export const facts: fc.Arbitrary<Facts> = fc
  .array(truths, { minLength: 5, maxLength: 5 })
  .map((answers) => ({
    prior(pattern, windowMs, scope) {
      const question = pattern.length + windowMs + scope.length + (pattern.codePointAt(0) ?? 0)
      return answers[question % answers.length] as Truth
    }
  }))
