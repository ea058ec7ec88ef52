import { cleanPath } from '../clean-path.ts'
import { type Token, tokenize } from '../match/token.ts'
import { withoutGlobstars } from '../match/without-globstars.ts'
import type { CompiledRule } from './compiled-rule.ts'

/** A restrictive rule's pattern, taken apart. */
export interface PossiblePattern {
  readonly rule: CompiledRule
  readonly tokens: readonly Token[]
  /** It is a path pattern that asks only for the name of a file or of a directory around it. */
  readonly isByName: boolean
  /** It is a path pattern that holds below any directory. */
  readonly isAnywhere: boolean
}

/** `**` before one name: wherever a directory that holds such a name goes, the pattern still matches. */
const byName = /^\*\*\/[^/]+(?:\/\*\*)?$/

/**
 * Restrictive rules that could match a text of which a part is unknown. Built when it is first asked,
 * since few policies ever are.
 */
export class PossibleRules {
  readonly #rules: readonly CompiledRule[]
  #named: ReadonlyMap<string, readonly PossiblePattern[]> | undefined
  #paths: readonly PossiblePattern[] | undefined
  #places: ReadonlyMap<string, readonly string[]> | undefined

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules.filter(({ kind }) => kind !== 'allow')
  }

  /** The rules whose pattern starts with the name of a program. */
  naming(program: string): readonly PossiblePattern[] {
    this.#named ??= Map.groupBy(
      this.#rules.flatMap((rule) => patternOf(rule, rule.source.pattern)),
      ({ rule }) => programOf(rule.source.pattern) ?? ''
    )
    return this.#named.get(program) ?? []
  }

  /** The rules for paths that are asked of an action. */
  forPaths(action: string): readonly PossiblePattern[] {
    this.#paths ??= this.#rules.flatMap((rule) =>
      rule.source.paths.flatMap((path) =>
        withoutGlobstars(cleanPath(path)).flatMap((text) => patternOf(rule, text, path))
      )
    )
    return this.#paths.filter(
      ({ rule }) => rule.source.action === '' || rule.source.action === action
    )
  }

  /** Whether a rule that is asked of an action begins with a place below a directory, which ends with a slash. */
  namesBelow(directory: string, action: string): boolean {
    this.#places ??= placesByAction(this.#rules)
    const start = rooted(directory)
    return ['', action].some((one) => {
      const places = this.#places?.get(one) ?? []
      return places[firstFrom(places, start)]?.startsWith(start) === true
    })
  }
}

/** What path patterns begin with, sorted, by the actions of their rules. */
function placesByAction(rules: readonly CompiledRule[]): Map<string, readonly string[]> {
  const places = rules.flatMap(({ source: { action, paths } }) =>
    paths.flatMap((path) => {
      const [first] = tokenize(cleanPath(path), { classes: true })
      return first?.kind === 'text' ? [{ action, text: rooted(first.text) }] : []
    })
  )
  const byAction = Map.groupBy(places, ({ action }) => action)
  return new Map([...byAction].map(([action, all]) => [action, all.map(({ text }) => text).sort()]))
}

/** A path with a start of its own, also if it is relative. */
function rooted(path: string): string {
  return /^[/~]/.test(path) ? path : `./${path}`
}

/** Where the first of some sorted texts stands that is not before another. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] as string) < text) from = middle + 1
    else to = middle
  }
  return from
}

function patternOf(rule: CompiledRule, text: string, path = ''): readonly PossiblePattern[] {
  const isByName = byName.test(path)
  const isAnywhere = path.startsWith('**/')
  const tokens = tokenize(text, { classes: true })
  return text === '' ? [] : [{ rule, tokens, isByName, isAnywhere }]
}

/** The program that a pattern names: its first word, if that has no wildcard. */
function programOf(pattern: string): string | undefined {
  return /^[^*?[\s]+(?=\s|$)/.exec(pattern)?.[0]
}
