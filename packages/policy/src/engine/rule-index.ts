import type { CheckResult } from '@agentguard/protocol'
import type { Condition } from '../document.ts'
import type { Effect, Spellings } from '../effects/effect.ts'
import type { Pattern } from '../match/pattern.ts'
import { PatternIndex } from '../match/pattern-index.ts'
import type { Entry, Seeker } from '../match/seeker.ts'
import { type Token, tokenize } from '../match/token.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { Question, Test, TestKey } from './tests.ts'

/** One way in which a rule can come to match: a test to find it by, and all that must hold then. */
export interface Clause {
  readonly order: number
  readonly verdict: CheckResult
  /** Undefined when there are none. */
  readonly conditions: readonly Condition[] | undefined
  /** What must hold beyond what the rule was found by; undefined when that is all. */
  readonly remainder: Question | undefined
}

interface PatternClause extends Clause, Entry {
  readonly pattern: Pattern
}

/** A restrictive rule's pattern, taken apart. */
export interface NamedPattern {
  readonly rule: CompiledRule
  readonly tokens: readonly Token[]
}

/** Takes rules that match, in any order. */
export interface RuleSeeker extends Seeker<Clause & Entry> {
  offer(clause: Clause): void
}

/** Rules of one scope, found by what an effect says. */
export class RuleIndex {
  readonly #commands: PatternIndex<PatternClause>
  readonly #paths: PatternIndex<PatternClause>
  readonly #domains: PatternIndex<PatternClause>
  readonly #actions = new Map<string, Clause[]>()
  /** Clauses that nothing can be looked up by. */
  readonly #others: Clause[] = []
  /** Allow rules that are one command, word for word. */
  readonly #exact = new Map<string, CompiledRule>()
  /** Restrictive patterns by the program that they name. */
  readonly #named = new Map<string, NamedPattern[]>()

  constructor(rules: readonly CompiledRule[]) {
    const byField: Record<'command' | 'path' | 'domain', PatternClause[]> = {
      command: [],
      path: [],
      domain: []
    }
    for (const { clause, key } of rules.flatMap(clausesOf)) {
      if (!key) this.#others.push(clause)
      else if (key.field === 'action') this.#addAction(key.action, clause)
      else for (const pattern of key.patterns) byField[key.field].push({ ...clause, pattern })
    }
    for (const rule of rules) this.#addByName(rule)
    this.#commands = new PatternIndex(byField.command)
    this.#paths = new PatternIndex(byField.path)
    this.#domains = new PatternIndex(byField.domain)
  }

  /** Offers the seeker every clause that it wants and whose test the effect passes. */
  search(effect: Effect, seeker: RuleSeeker): void {
    searchSpellings(this.#commands, effect.command, seeker)
    searchSpellings(this.#paths, effect.path, seeker)
    searchSpellings(this.#domains, effect.domain, seeker)
    if (this.#actions.size > 0) this.#searchActions(effect.action, seeker)
    for (const clause of this.#others) seeker.offer(clause)
  }

  /** The allow rule that is this command and nothing else, if there is one. */
  exactRule(command: string): CompiledRule | undefined {
    return this.#exact.get(command)
  }

  /** The restrictive rules whose pattern names a program, in any order. */
  namedPatterns(program: string): readonly NamedPattern[] {
    return this.#named.get(program) ?? []
  }

  #addByName(rule: CompiledRule): void {
    const { pattern } = rule.source
    if (pattern === '') return
    if (rule.kind === 'allow') {
      const isExact = rule.tests.length === 1 && !/[*?]/.test(pattern)
      if (isExact && !this.#exact.has(pattern)) this.#exact.set(pattern, rule)
      return
    }
    const program = /^[^*?[\s]+(?=\s|$)/.exec(pattern)?.[0]
    if (program === undefined) return
    const named = { rule, tokens: tokenize(pattern, { classes: true }) }
    const others = this.#named.get(program)
    if (others) others.push(named)
    else this.#named.set(program, [named])
  }

  #searchActions({ all, wide }: Spellings, seeker: RuleSeeker): void {
    for (const text of [...all, ...wide]) {
      for (const clause of this.#actions.get(text) ?? []) seeker.offer(clause)
    }
  }

  #addAction(action: string, clause: Clause): void {
    const clauses = this.#actions.get(action)
    if (clauses) clauses.push(clause)
    else this.#actions.set(action, [clause])
  }
}

/** One spelling is enough to find a rule by; what it asks of the others is in its remainder. */
function searchSpellings(
  index: PatternIndex<PatternClause>,
  { all, wide, names, any }: Spellings,
  seeker: RuleSeeker
): void {
  for (let at = 0; at < all.length; at++) index.search(all[at] as string, seeker)
  for (let at = 0; at < wide.length; at++) index.search(wide[at] as string, seeker)
  for (const name of names?.flat() ?? []) index.search(name, seeker)
  for (const { text } of any ?? []) index.search(text, seeker)
}

interface KeyedClause {
  readonly clause: Clause
  readonly key: TestKey | undefined
}

function clausesOf(rule: CompiledRule): KeyedClause[] {
  const { tests } = rule
  if (rule.match === 'any') return tests.map((test) => keyedClause(rule, test, []))
  const finder = tests.find((test) => test.key) ?? tests[0]
  if (!finder) return []
  return [
    keyedClause(
      rule,
      finder,
      tests.filter((test) => test !== finder)
    )
  ]
}

function keyedClause(rule: CompiledRule, finder: Test, others: readonly Test[]): KeyedClause {
  const { order, verdict, conditions } = rule
  const found = finder.key ? finder.remainder : finder.holds
  const remainders = [...(found ? [found] : []), ...others.map((test) => test.holds)]
  return {
    key: finder.key,
    clause: {
      order,
      verdict,
      conditions: conditions.length > 0 ? conditions : undefined,
      remainder: conjunction(remainders)
    }
  }
}

function conjunction(questions: readonly Question[]): Question | undefined {
  if (questions.length < 2) return questions[0]
  return (effect, payer) => questions.every((holds) => holds(effect, payer))
}
