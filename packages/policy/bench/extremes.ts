import type { ActionRequest } from '@agentguard/protocol'
import picomatch from 'picomatch'
import { compileWide } from '../src/match/compile-pattern.ts'
import { createPolicy, type Policy } from '../src/policy.ts'
import { bestOf } from './measure.ts'
import {
  type BenchScope,
  benchDocument,
  benchRules,
  documentOf,
  documentRule,
  fieldOf
} from './policies.ts'
import { Random } from './random.ts'

export const mebibyte: number = 2 ** 20

/** Makes a text of a given length. */
type Fill = (length: number) => string

const repeat =
  (part: string): Fill =>
  (length) =>
    part.repeat(Math.ceil(length / part.length)).slice(0, length)

const randomWords: Fill = (length) => {
  const random = new Random(length)
  let text = ''
  while (text.length < length) text += `${random.word(1 + random.below(10))} `
  return text.slice(0, length)
}

/** Counts from 0 to 9999 and on again: all the names in the policy, none of them quite in place. */
const counting = (prefix: string): Fill => {
  const all = Array.from({ length: 10_000 }, (_, i) => `${prefix}${String(i).padStart(5, '0')}`)
  return repeat(all.join('!'))
}

const largeInputs: Record<BenchScope, Record<string, Fill>> = {
  shell: {
    'one letter': repeat('a'),
    'random words': randomWords,
    'one word after another': repeat('git '),
    'every name, nearly': counting('--flag_'),
    'control characters': repeat('a\u0001'),
    quotes: repeat(`'"`),
    substitutions: repeat('$('),
    'a list of commands': repeat('a;')
  },
  filesystem: {
    'one letter': repeat('a'),
    'single-letter directories': repeat('/a'),
    'parent directories': repeat('a/../'),
    'every name, nearly': counting('/name_'),
    'percent-encoded letters': repeat('%61'),
    'percent signs encoded again and again': (length) => `%${repeat('25')(length - 1)}`
  },
  network: {
    'one letter': repeat('a'),
    labels: repeat('a.'),
    'capital letters outside ASCII': repeat('İ'),
    'every name, nearly': counting('.zone_')
  }
}

export interface LargeInput {
  readonly scope: BenchScope
  readonly name: string
  /** Of the largest input that was tried. */
  readonly milliseconds: number
  /** Shorter than 1 MiB where a shorter text took too long already. */
  readonly length: number
}

/** Where an input takes longer than this, its double is not tried. */
const patience = 500

/** Times checks of texts of 1 MiB against 10,000 rules. */
export function measureLargeInputs(attempts: number): LargeInput[] {
  return Object.entries(largeInputs).flatMap(([key, inputs]) => {
    const scope = key as BenchScope
    const policy = createPolicy(benchDocument(scope, benchRules(scope, 10_000)), {})
    return Object.entries(inputs).map(([name, fill]) => ({
      scope,
      name,
      ...measureUpTo(mebibyte, (length) => {
        const run = checkOf(policy, scope, fill(length))
        return bestOf(attempts, run)
      })
    }))
  })
}

function measureUpTo(
  most: number,
  measure: (length: number) => number
): { length: number; milliseconds: number } {
  for (let length = Math.min(most, 8_192); ; length *= 8) {
    const tried = Math.min(length, most)
    const milliseconds = measure(tried)
    if (tried === most || milliseconds > patience) return { length: tried, milliseconds }
  }
}

function checkOf(policy: Policy, scope: BenchScope, text: string): () => unknown {
  const { field, action } = fieldOf[scope]
  const request: ActionRequest = { scope, action, [field]: text }
  // A place of its own keeps what is remembered out of the measure.
  return () => policy.check(request, undefined, {})
}

interface WorstCase {
  readonly name: string
  readonly scope: BenchScope
  readonly pattern: string
  readonly fill: Fill
}

/** Ends as the pattern does, so that an index or a look at the two ends does not settle it. */
const repeatThen =
  (part: string, end: string): Fill =>
  (length) =>
    part.repeat(Math.floor((length - end.length) / part.length)) + end

/** No text here matches, and none can be given up early. */
const worstCases: readonly WorstCase[] = [
  {
    name: '*a*a*a…*b*c, 64 times, on aaa…c',
    scope: 'shell',
    pattern: `${'*a'.repeat(64)}*b*c`,
    fill: repeatThen('a', 'c')
  },
  {
    name: '*ab*ab…*d*c, 64 times, on ababab…c',
    scope: 'shell',
    pattern: `${'*ab'.repeat(64)}*d*c`,
    fill: repeatThen('ab', 'c')
  },
  {
    name: '*?*?*?…*b*c, 64 times, on aaa…c',
    scope: 'shell',
    pattern: `${'*?'.repeat(64)}*b*c`,
    fill: repeatThen('a', 'c')
  },
  {
    name: '*[a-z]*[a-z]…*0*c, 64 times, on aaa…c',
    scope: 'shell',
    pattern: `${'*[a-z]'.repeat(64)}*0*c`,
    fill: repeatThen('a', 'c')
  },
  {
    name: '*aaa…ab*, 31 letters, on aaa…',
    scope: 'shell',
    pattern: `*${'a'.repeat(30)}b*`,
    fill: repeat('a')
  },
  {
    name: '*aaa…ab*, 4,001 letters, on aaa…',
    scope: 'shell',
    pattern: `*${'a'.repeat(4000)}b*`,
    fill: repeat('a')
  },
  {
    name: '**/a/**/a…/**/b/**/c, 64 times, on /a/a…/c',
    scope: 'filesystem',
    pattern: `${'**/a/'.repeat(64)}**/b/**/c`,
    fill: repeatThen('/a', '/c')
  },
  {
    name: '**/a*a*b/**/c, on /aaaa/aaaa…/c',
    scope: 'filesystem',
    pattern: '**/a*a*b/**/c',
    fill: repeatThen('/aaaa', '/c')
  },
  {
    name: '**/a?/a?…/b/**/c, 16 times, on /aa/aa…/c',
    scope: 'filesystem',
    pattern: `**/${'a?/'.repeat(16)}b/**/c`,
    fill: repeatThen('/aa', '/c')
  },
  {
    name: '**/a/a…/b/**/c, 64 times, on /a/a…/c',
    scope: 'filesystem',
    pattern: `**/${'a/'.repeat(64)}b/**/c`,
    fill: repeatThen('/a', '/c')
  }
]

export interface Growth {
  readonly name: string
  readonly length: number
  /** Of the longest text. */
  readonly milliseconds: number
  /** 1 is linear: twice the text takes twice the time. */
  readonly exponent: number
}

/** What takes less time than this says nothing about growth. */
export const leastMs = 1

/**
 * Times the matcher on patterns that make backtracking ones slow, on texts of 128 KiB and of 1 MiB, or
 * of 1 MiB and of 8 MiB where that is too little to measure.
 */
export function measureWorstCases(attempts: number): Growth[] {
  return worstCases.map(({ name, scope, pattern, fill }) => {
    const readings = compileWide(pattern, scope === 'filesystem' ? 'path' : 'text')
    const prepare = (length: number): (() => unknown) => {
      const text = fill(length)
      return () => readings.map((reading) => reading.matches(text))
    }
    const isShort = bestOf(3, prepare(mebibyte)) < leastMs
    return { name, ...growth(attempts, isShort ? 8 * mebibyte : mebibyte, prepare) }
  })
}

/** The same for picomatch, where four stars and a few hundred letters are all that is bearable. */
export function measurePicomatchWorstCase(attempts: number): Growth {
  const matches = picomatch('*a*a*a*b')
  const run = (length: number): (() => unknown) => {
    const text = 'a'.repeat(length)
    return () => matches(text)
  }
  return { name: 'picomatch: *a*a*a*b, on aaa…', ...growth(attempts, 240, run) }
}

/** Over three doublings, by the best of attempts that take turns, as many as a second has room for. */
function growth(
  attempts: number,
  most: number,
  prepare: (length: number) => () => unknown
): Omit<Growth, 'name'> {
  const long = prepare(most)
  const short = prepare(most / 8)
  let milliseconds = bestOf(1, long)
  let shortest = Number.POSITIVE_INFINITY
  const started = performance.now()
  for (let attempt = 0; attempt < 40 * attempts; attempt++) {
    shortest = Math.min(shortest, bestOf(2, short))
    milliseconds = Math.min(milliseconds, bestOf(1, long))
    if (performance.now() - started > 1_000) break
  }
  return { length: most, milliseconds, exponent: Math.log(milliseconds / shortest) / Math.log(8) }
}

function policyOf(scope: BenchScope, patterns: readonly string[]): Policy {
  const deny = patterns.map((pattern, at) => documentRule(scope, pattern, at + 1))
  return createPolicy(
    documentOf({ scope, deny, require_approval: [], allow: [], matching: 'effects', line: 1 }),
    {}
  )
}

/** A policy of patterns in which there is nothing to look up: no three characters in a row. */
export function patternsWithoutKeys(count: number): Policy {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const patterns = Array.from({ length: count }, (_, i) => {
    const letter = (place: number): string => letters[Math.floor(i / 26 ** place) % 26] as string
    return `*${letter(0)}${letter(1)}*${letter(2)}*0*`
  })
  return policyOf('shell', patterns)
}
