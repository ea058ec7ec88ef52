import fc from 'fast-check'

/** The characters of short texts: few, so that patterns and texts meet often. */
const characters: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b') },
  { weight: 5, arbitrary: fc.constantFrom('/', ' ', '.', 'A', 'é') },
  { weight: 1, arbitrary: fc.constantFrom('😀', 'ａ', '*', '[', ']', '%', '\n', '\ud83d') }
)

export const texts: fc.Arbitrary<string> = fc.string({ unit: characters, maxLength: 6 })

/** What patterns are made of: whole characters, as a file has them, so no half of a pair. */
const patternPieces: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'ab') },
  { weight: 6, arbitrary: fc.constantFrom('*', '*', '**', '/**', '**/', '?') },
  { weight: 4, arbitrary: fc.constantFrom('/', ' ', '.', 'A', 'é', '😀', 'ａ') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('[ab]', '[a-c]', '[!a]', '[^A]', '[A-Z]', '[é*]', '[?]', '[a/]')
  },
  { weight: 1, arbitrary: fc.constantFrom('[', ']', '***', '-', '!', '\\', '%') }
)

export const patterns: fc.Arbitrary<string> = fc
  .array(patternPieces, { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(''))

const elements: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', '*', '**', '?') },
  { weight: 1, arbitrary: fc.constantFrom('a*', '*b', '**a', '[ab]', '[!a]', 'A', '.', '..', '') }
)

/** Entries of `paths`, as a file may have them. */
export const pathPatterns: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('**', '/**', '*') },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('', '/'), fc.array(elements, { minLength: 1, maxLength: 4 }))
      .map(([root, parts]) => root + parts.join('/'))
  },
  { weight: 1, arbitrary: patterns }
)

/** Hosts of every class. */
export const hosts: fc.Arbitrary<string> = fc.constantFrom(
  'a.b',
  'A.b',
  'localhost',
  '127.0.0.1',
  '10.0.0.1',
  '169.254.1.1',
  '[fe80::1]',
  '::1',
  '8.8.8.8',
  'b'
)

const labels: fc.Arbitrary<string> = fc.constantFrom('a', 'b', '*', '**', '?', '[ab]', 'é', '10')

/** Domain patterns, lower-cased as the loader leaves them. */
export const domainPatterns: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(labels, { minLength: 1, maxLength: 3 }).map((l) => l.join('.'))
  },
  { weight: 1, arbitrary: hosts.map((host) => host.toLowerCase()) }
)

/** RE2 sources that compile. */
export const regexes: fc.Arbitrary<string> = fc.constantFrom(
  'a+',
  '[ab]+',
  '^a',
  'b$',
  'a|ab',
  '.',
  '.*',
  '(?i)A.*',
  '\\s',
  'a{2}'
)
