import { findLiteral } from './find-literal.ts'
import type { Pattern } from './pattern.ts'
import type { Token } from './token.ts'

/** The elements between two `**`. */
interface Group {
  readonly elements: readonly Pattern[]
  /** The group's text if it has no wildcard, else undefined. */
  readonly literal: string | undefined
}

/**
 * A pattern with `**` somewhere: the value is split at each `/`, an element that is `**` is any
 * number of whole elements, and within other elements `*` and `?` do not cross `/`.
 *
 * As with stars in a text, taking the leftmost place for each group never needs to be taken back.
 */
export class SegmentPattern implements Pattern {
  readonly prefix: string
  readonly suffix: string
  readonly literals: readonly string[]
  readonly exact = false
  readonly weight: number
  readonly #first: Group
  readonly #inner: readonly Group[]
  readonly #last: Group
  /** No element is `**`: the first group is the whole pattern. */
  readonly #fixed: boolean

  /**
   * @param pattern The whole pattern.
   * @param compileElement Compiles one element; an element has no `/`.
   * @param tokens Tokenizes the text of a group, for what the index may know.
   */
  constructor(
    pattern: string,
    compileElement: (element: string) => Pattern,
    tokens: (text: string) => Token[]
  ) {
    const texts = groupTexts(pattern)
    const groups = texts.map((elements) => ({
      elements: elements.map(compileElement),
      literal: tokens(elements.join('/')).every((token) => token.kind === 'text')
        ? elements.join('/')
        : undefined
    }))
    this.#first = groups[0] as Group
    this.#inner = groups.slice(1, -1).filter((group) => group.elements.length > 0)
    this.#last = groups.at(-1) as Group
    this.#fixed = groups.length === 1
    this.weight = groups.reduce((most, group) => Math.max(most, weightOf(group)), 1)
    const runs = texts.map((elements) => tokens(elements.join('/')))
    const head = runs[0]?.[0]
    const tail = runs.at(-1)?.at(-1)
    this.prefix = head?.kind === 'text' ? head.text : ''
    this.suffix = tail?.kind === 'text' ? tail.text : ''
    this.literals = runs.flat().flatMap((token) => (token.kind === 'text' ? token.text : []))
  }

  matches(value: string): boolean {
    // An empty value has no elements at all, not one empty element.
    if (value === '') return this.#needsNothing()
    const after = groupEnd(this.#first, value, 0)
    if (after === -1 || this.#fixed) return after === value.length + 1
    const lastStart = startOfLast(this.#last.elements.length, value)
    if (lastStart === -1 || lastStart < after) return false
    if (groupEnd(this.#last, value, lastStart) !== value.length + 1) return false
    let at = after
    for (const group of this.#inner) {
      at = endOfLeftmost(group, value, at)
      if (at === -1 || at > lastStart) return false
    }
    return true
  }

  #needsNothing(): boolean {
    return [this.#first, ...this.#inner, this.#last].every((group) => group.elements.length === 0)
  }
}

/** A group with wildcards is tried at each element, and may there read as many as it has. */
function weightOf({ elements, literal }: Group): number {
  if (literal !== undefined) return 1
  return elements.reduce((sum, element) => sum + Math.max(1, element.weight), 1)
}

/** The elements before, between and after the `**` elements. */
function groupTexts(pattern: string): string[][] {
  const groups: string[][] = [[]]
  for (const element of pattern.split('/')) {
    if (element === '**') groups.push([])
    else groups.at(-1)?.push(element)
  }
  return groups
}

/**
 * Where the element behind the group starts if the group stands at `at`, else -1. Behind the last
 * element that is one past the end of the value, as if a `/` stood there.
 */
function groupEnd(group: Group, value: string, at: number): number {
  if (group.literal !== undefined) return literalEnd(group, value, at)
  let start = at
  for (const element of group.elements) {
    if (start > value.length) return -1
    const end = elementEnd(value, start)
    if (!element.matches(value.slice(start, end))) return -1
    start = end + 1
  }
  return start
}

function literalEnd(group: Group, value: string, at: number): number {
  if (group.elements.length === 0) return at
  const literal = group.literal as string
  if (at > value.length || !value.startsWith(literal, at)) return -1
  const end = at + literal.length
  return end === value.length || value[end] === '/' ? end + 1 : -1
}

/** `groupEnd` for the leftmost element start, from `from` on, at which the group stands; else -1. */
function endOfLeftmost(group: Group, value: string, from: number): number {
  if (group.literal) return endOfLeftmostLiteral(group, value, from)
  for (let at = from; at <= value.length; at = elementEnd(value, at) + 1) {
    const end = groupEnd(group, value, at)
    if (end !== -1) return end
  }
  return -1
}

/** A text between slashes is searched for with them, so that no place is compared twice. */
function endOfLeftmostLiteral(group: Group, value: string, from: number): number {
  const literal = group.literal as string
  const end = literalEnd(group, value, from)
  if (end !== -1) return end
  const framed = `/${literal}/`
  const found = findLiteral(value, framed, from)
  if (found !== -1) return found + framed.length
  const isLast = value.endsWith(`/${literal}`) && value.length - literal.length > from
  return isLast ? value.length + 1 : -1
}

function elementEnd(value: string, start: number): number {
  const slash = value.indexOf('/', start)
  return slash === -1 ? value.length : slash
}

/** Where the last `count` elements start: one past the end for none, -1 if there are not so many. */
function startOfLast(count: number, value: string): number {
  let start = value.length + 1
  for (let i = 0; i < count; i++) {
    if (start === 0) return -1
    start = start >= 2 ? value.lastIndexOf('/', start - 2) + 1 : 0
  }
  return start
}
