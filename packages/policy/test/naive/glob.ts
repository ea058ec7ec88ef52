import { type Part, starMatch } from './star-match.ts'

/** What a pattern may also mean, beside what an allow rule takes it to mean. */
export interface Reading {
  /** `**` is no more than `*`. */
  readonly doubleStarIsStar: boolean
  /** `[abc]`, `[a-z]`, `[!x]` and `[^x]` are one code point out of a class. */
  readonly classes: boolean
}

const narrow: Reading = { doubleStarIsStar: false, classes: false }

/** How restrictive rules read `pattern` and `domain`: a match in any reading is a match. */
export const wideText: readonly Reading[] = [
  narrow,
  { doubleStarIsStar: true, classes: false },
  { doubleStarIsStar: false, classes: true },
  { doubleStarIsStar: true, classes: true }
]

/** How restrictive rules read an entry of `paths`. */
export const widePath: readonly Reading[] = [narrow, { doubleStarIsStar: false, classes: true }]

export function naiveGlob(pattern: string, text: string, reading: Reading = narrow): boolean {
  if (pattern.includes('**') && !reading.doubleStarIsStar) {
    return globElements(pattern, text, reading.classes)
  }
  return wildcard(pattern, text, reading.classes)
}

/** `**` as an element stands for any number of whole elements. */
function globElements(pattern: string, text: string, classes: boolean): boolean {
  const parts = pattern
    .split('/')
    .map(
      (element): Part<string> =>
        element === '**' ? 'run' : (item) => wildcard(element, item, classes)
    )
  return starMatch(parts, text === '' ? [] : text.split('/'))
}

function wildcard(pattern: string, text: string, classes: boolean): boolean {
  return starMatch(partsOf(Array.from(pattern), classes), Array.from(text))
}

function partsOf(pattern: readonly string[], classes: boolean): Part<string>[] {
  const parts: Part<string>[] = []
  for (let at = 0; at < pattern.length; at++) {
    const point = pattern[at] as string
    const end = classes && point === '[' ? classEnd(pattern, at) : -1
    if (end > 0) {
      parts.push(classTest(pattern.slice(at + 1, end)))
      at = end
    } else if (point === '*') parts.push('run')
    else if (point === '?') parts.push(() => true)
    else parts.push((item) => item === point)
  }
  return parts
}

/** Where the class that opens at `open` ends, or -1 if it is none: it has at least one member. */
function classEnd(pattern: readonly string[], open: number): number {
  const end = pattern.indexOf(']', open)
  return end > open + 1 ? end : -1
}

function classTest(inside: readonly string[]): (item: string) => boolean {
  const negated = inside.length > 1 && (inside[0] === '!' || inside[0] === '^')
  const members = negated ? inside.slice(1) : inside
  return (item) => isMember(members, item) !== negated
}

function isMember(members: readonly string[], item: string): boolean {
  for (let at = 0; at < members.length; at++) {
    const first = members[at] as string
    const last = members[at + 2]
    if (members[at + 1] === '-' && last !== undefined) {
      if (isBetween(number(first), number(item), number(last))) return true
      at += 2
    } else if (first === item) return true
  }
  return false
}

/** A range that is written backwards is still that range: classes are only read to restrict. */
function isBetween(one: number, item: number, other: number): boolean {
  return Math.min(one, other) <= item && item <= Math.max(one, other)
}

function number(item: string): number {
  return item.codePointAt(0) as number
}
