import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { compilePatterns, findMatches } from '../src/extra-patterns.ts'

/** Pieces that patterns are made of, those that end a literal among them. */
const piece = fc.constantFrom(
  'a',
  'b',
  '-',
  ' ',
  'a?',
  'b*',
  'a+',
  'b{0,2}',
  '[ab]',
  '.',
  '^',
  '$',
  '\\.',
  '(?i)a',
  '(a|b)',
  'a|b'
)
const patterns = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', ' ', '.'), maxLength: 12 })

test('what a pattern is known to begin with hides no match', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const expected: [number, number][] = []
      const matcher = RE2JS.compile(pattern).matcher(text)
      while (matcher.find()) {
        if (matcher.end() > matcher.start()) expected.push([matcher.start(), matcher.end()])
      }
      const [compiled] = compilePatterns([pattern])
      const found = compiled ? findMatches(compiled, text) : []
      expect(found.map(({ start, end }) => [start, end])).toEqual(expected)
    }),
    { numRuns: 3000 }
  )
})

test.each([
  ['AKIA[0-9A-Z]{16}', 'AKIA'],
  ['-----BEGIN [A-Z ]*PRIVATE KEY-----', '-----BEGIN '],
  ['ab?c', 'a'],
  ['ab{0}', 'a'],
  ['(?i)token', ''],
  ['abc|def', ''],
  ['\\bkey', ''],
  ['key', 'key']
])('every match of %s has %j', (pattern, literal) => {
  expect(compilePatterns([pattern])[0]?.literal).toBe(literal)
})
