import fc from 'fast-check'
import picomatch from 'picomatch'
import { afterAll, expect, test } from 'vitest'
import { compilePattern, compileWide } from '../src/match/compile-pattern.ts'
import type { Pattern } from '../src/match/pattern.ts'
import { PatternIndex } from '../src/match/pattern-index.ts'
import type { Entry } from '../src/match/seeker.ts'
import { filled } from './arbitrary/filled.ts'
import { runs, seed, Tally } from './arbitrary/runs.ts'
import { pathPatterns, patterns, texts } from './arbitrary/texts.ts'
import { naiveGlob, type Reading, widePath, wideText } from './naive/glob.ts'

const tallies = new Map<string, Tally>()

afterAll(() => {
  for (const [name, tally] of tallies) process.stdout.write(`seed ${seed}: ${name}: ${tally}\n`)
})

/** Notes a case, so that one can see that neither answer is rare. */
function count(name: string, matches: boolean): void {
  const tally = tallies.get(name) ?? new Tally()
  tallies.set(name, tally)
  tally.add(matches ? 'match' : 'no match')
}

const anyPattern = fc.oneof(patterns, pathPatterns)

/** A text made from the pattern, from the pattern with a change, or from nothing. */
const textFor = (pattern: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(texts, { maxLength: 3 }).map((f) => filled(pattern, f)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.array(texts, { maxLength: 2 }), fc.nat(20), texts)
        .map(([fills, at, insert]) => insertedAt(filled(pattern, fills), at, insert))
    },
    { weight: 1, arbitrary: texts }
  )

/** Inserts between code points, and leaves out the one behind. */
function insertedAt(text: string, at: number, insert: string): string {
  return Array.from(text).toSpliced(at, 1, insert).join('')
}

const pairs = anyPattern.chain((pattern) =>
  fc.tuple(fc.constant(pattern), fc.array(textFor(pattern), { minLength: 5, maxLength: 5 }))
)

function inAny(pattern: string, text: string, readings: readonly Reading[]): boolean {
  return readings.some((reading) => naiveGlob(pattern, text, reading))
}

test('a compiled pattern matches what the naive glob does', () => {
  fc.assert(
    fc.property(pairs, ([pattern, values]) => {
      const compiled = compilePattern(pattern)
      for (const value of values) {
        const expected = naiveGlob(pattern, value)
        count('pairs', expected)
        expect([value, compiled.matches(value)]).toEqual([value, expected])
      }
    }),
    runs(12_000)
  )
})

test('a pattern of a restrictive rule matches in each of its readings', () => {
  fc.assert(
    fc.property(pairs, ([pattern, values]) => {
      const text = compileWide(pattern, 'text')
      const path = compileWide(pattern, 'path')
      for (const value of values) {
        const matches = (list: readonly Pattern[]): boolean =>
          list.some((one) => one.matches(value))
        const expected = [inAny(pattern, value, wideText), inAny(pattern, value, widePath)]
        count('pairs read widely', expected[0] as boolean)
        expect([value, matches(text), matches(path)]).toEqual([value, ...expected])
      }
    }),
    runs(5000)
  )
})

/** Long repetitions with a little noise: what makes a backtracking matcher slow, and a quick one wrong. */
const repetitive = (units: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc
        .tuple(fc.constantFrom(...units), fc.integer({ min: 1, max: 40 }))
        .map(([u, n]) => u.repeat(n)),
      { minLength: 1, maxLength: 6 }
    )
    .map((parts) => parts.join('').slice(0, maxLength))

test('a compiled pattern agrees on long repetitive texts', () => {
  const longPatterns = repetitive(
    ['*a', 'a', '?', '*ab', '**/', 'a/', '/**/a*', '*', 'ab', '?*'],
    90
  )
  const longTexts = repetitive(['a', 'ab', 'a/', 'a/b/', '/', 'aab', 'é', '😀'], 90)
  const made = longPatterns.chain((pattern) =>
    fc.tuple(
      fc.constant(pattern),
      fc.oneof(
        longTexts,
        fc.array(repetitive(['a', 'b', 'a/'], 8)).map((fills) => filled(pattern, fills)),
        fc
          .tuple(fc.array(texts), fc.nat(90))
          .map(([f, at]) => insertedAt(filled(pattern, f), at, 'b'))
      )
    )
  )
  fc.assert(
    fc.property(made, ([pattern, value]) => {
      const expected = naiveGlob(pattern, value)
      count('long pairs', expected)
      expect(compilePattern(pattern).matches(value)).toBe(expected)
    }),
    runs(1500)
  )
})

const collections = fc
  .tuple(
    fc.oneof(
      fc.array(anyPattern, { minLength: 1, maxLength: 12 }),
      fc.array(anyPattern, { minLength: 13, maxLength: 200 })
    ),
    fc.constantFrom('narrow' as const, 'text' as const, 'path' as const),
    fc.array(fc.tuple(fc.nat(1000), fc.array(texts, { maxLength: 2 })), {
      minLength: 8,
      maxLength: 8
    })
  )
  .map(([sources, reading, picks]) => {
    const compiled = sources.flatMap((source) =>
      reading === 'narrow' ? [compilePattern(source)] : compileWide(source, reading)
    )
    return {
      sources,
      entries: compiled.map((pattern, order): Entry => ({ pattern, order })),
      values: picks.map(([at, fills]) => filled(sources[at % sources.length] as string, fills))
    }
  })

function ordersOf(entries: Iterable<Entry>): number[] {
  return [...entries].map(({ order }) => order).sort((a, b) => a - b)
}

test('an index offers exactly the entries whose pattern matches', () => {
  fc.assert(
    fc.property(collections, ({ entries, values }) => {
      const index = new PatternIndex(entries)
      for (const value of values) {
        const offered = new Set<Entry>()
        index.search(value, {
          limit: Number.POSITIVE_INFINITY,
          canSpend: () => true,
          offer: (entry) => offered.add(entry)
        })
        const direct = entries.filter(({ pattern }) => pattern.matches(value))
        for (const entry of entries) count('index entries', direct.includes(entry))
        expect([value, ordersOf(offered)]).toEqual([value, ordersOf(direct)])
      }
    }),
    runs(500)
  )
})

test('an index finds the first entry for a seeker that wants nothing behind the best so far', () => {
  fc.assert(
    fc.property(collections, ({ entries, values }) => {
      const index = new PatternIndex(entries)
      for (const value of values) {
        const seeker = {
          limit: Number.POSITIVE_INFINITY,
          canSpend: () => true,
          offer(entry: Entry) {
            seeker.limit = Math.min(seeker.limit, entry.order)
          }
        }
        index.search(value, seeker)
        const first = entries.find(({ pattern }) => pattern.matches(value))
        expect([value, seeker.limit]).toEqual([value, first?.order ?? Number.POSITIVE_INFINITY])
      }
    }),
    runs(300)
  )
})

test('an index offers a seeker that pays for nothing what costs nothing', () => {
  fc.assert(
    fc.property(collections, ({ entries, values }) => {
      const index = new PatternIndex(entries)
      for (const value of values) {
        const offered = new Set<Entry>()
        index.search(value, {
          limit: Number.POSITIVE_INFINITY,
          canSpend: () => false,
          offer: (entry) => offered.add(entry)
        })
        const free = entries.filter(({ pattern }) => pattern.weight === 0 && pattern.matches(value))
        expect([value, ordersOf(offered)]).toEqual([value, ordersOf(free)])
      }
    }),
    runs(200)
  )
})

/**
 * Where picomatch's language and ours are the same:
 * - A pattern without `/` of literals, `*` and `?`, on texts without `/`. On others, our `*` and `?`
 *   cross `/` and theirs do not.
 * - A pattern of elements between `/` of which at least one is `**`, on relative paths: from then on
 *   our `*` and `?` also stay within an element. Not, however, one that ends in `**` behind an element
 *   that ends in `*`: `a*\/**` is `ab` here, like `a/**` is `a`, and not there.
 *
 * Both on texts that have no empty element (theirs, `*` is at least one character of an element; a
 * trailing `/` is optional) and no `.` or `..` element (theirs, only a literal is one), and with no
 * character outside the BMP (theirs, `?` is half of it), no newline, and none of `[]{}()!+@\\|^$`,
 * which mean something there even with braces, extglobs and negation off.
 */
const picoOptions = {
  dot: true,
  nobrace: true,
  noext: true,
  nonegate: true,
  nobracket: true,
  noquantifiers: true
} satisfies picomatch.PicomatchOptions & Record<string, boolean>

const endsDifferently = /(^|[^*])\*(\/\*\*)+$/

const plainPieces = fc.constantFrom('a', 'b', 'ab', ' ', 'é', 'A', '-', '*', '?')
const plainPattern = fc.array(plainPieces, { minLength: 1, maxLength: 6 }).map((p) => p.join(''))
const name = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', 'é', 'A', '-'),
  minLength: 1,
  maxLength: 5
})

function withoutDoubleStar(pattern: string): string {
  return pattern.replace(/\*+/g, '*')
}

test('picomatch agrees on patterns and texts without slashes', () => {
  const cases = plainPattern.map(withoutDoubleStar).chain((pattern) =>
    fc.tuple(
      fc.constant(pattern),
      fc.oneof(
        name,
        fc.array(name).map((fills) => filled(pattern, fills))
      )
    )
  )
  fc.assert(
    fc.property(cases, ([pattern, value]) => {
      const expected = picomatch(pattern, picoOptions)(value)
      count('picomatch, names', expected)
      expect(compilePattern(pattern).matches(value)).toBe(expected)
    }),
    runs(5000)
  )
})

test('picomatch agrees on paths, element by element', () => {
  const element = fc.oneof(
    { weight: 2, arbitrary: fc.constant('**') },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'ab') },
    { weight: 2, arbitrary: plainPattern.map(withoutDoubleStar) }
  )
  const pathPattern = fc
    .tuple(fc.array(element, { maxLength: 3 }), fc.array(element, { maxLength: 3 }))
    .map(([before, after]) => [...before, '**', ...after])
    .filter((parts) => !endsDifferently.test(parts.join('/')))
  const cases = pathPattern.chain((parts) =>
    fc.tuple(
      fc.constant(parts.join('/')),
      fc.oneof(
        fc.array(name, { minLength: 1, maxLength: 6 }),
        fc.array(fc.array(name, { maxLength: 2 }), { minLength: 7, maxLength: 7 }).map((fills) =>
          parts.flatMap((part, at) => {
            const fill = fills[at % fills.length] as string[]
            return part === '**' ? fill : [filled(part, fill)]
          })
        )
      )
    )
  )
  fc.assert(
    fc.property(cases, ([pattern, elements]) => {
      fc.pre(elements.length > 0 && !elements.includes(''))
      const value = elements.join('/')
      const expected = picomatch(pattern, picoOptions)(value)
      count('picomatch, paths', expected)
      expect([value, compilePattern(pattern).matches(value)]).toEqual([value, expected])
    }),
    runs(5000)
  )
})
