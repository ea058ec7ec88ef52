import type { Effect, Spellings } from '../effects/effect.ts'
import type { Pattern } from '../match/pattern.ts'
import { type Entry, PatternIndex, type Seeker } from '../match/pattern-index.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { Reading, Test, TestKey } from './tests.ts'

/** One way in which a rule can come to match: a test to find it by, and all that must hold then. */
export interface Clause {
  readonly order: number
  readonly rule: CompiledRule
  /** Whether the rule matches, given that the test that it was found by does. */
  holds(effect: Effect): boolean
}

interface PatternClause extends Clause, Entry {
  readonly pattern: Pattern
}

/** Takes rules that match, in any order. */
export interface RuleSeeker extends Seeker<Clause & Entry> {
  offer(clause: Clause): void
}

/** The rules of one scope that are read alike, found by what an effect says. */
export class RuleIndex {
  readonly #reading: Reading
  readonly #commands: PatternIndex<PatternClause>
  readonly #paths: PatternIndex<PatternClause>
  readonly #domains: PatternIndex<PatternClause>
  readonly #actions = new Map<string, Clause[]>()
  /** Clauses that nothing can be looked up by. */
  readonly #others: Clause[] = []

  constructor(rules: readonly CompiledRule[], reading: Reading) {
    this.#reading = reading
    const byField: Record<'command' | 'path' | 'domain', PatternClause[]> = {
      command: [],
      path: [],
      domain: []
    }
    for (const { clause, key } of rules.flatMap((rule) => clausesOf(rule, reading))) {
      if (!key) this.#others.push(clause)
      else if (key.field === 'action') this.#addAction(key.action, clause)
      else byField[key.field].push(...key.patterns.map((pattern) => ({ ...clause, pattern })))
    }
    this.#commands = new PatternIndex(byField.command)
    this.#paths = new PatternIndex(byField.path)
    this.#domains = new PatternIndex(byField.domain)
  }

  /** Offers the seeker every clause that it wants and whose test the effect passes. */
  search(effect: Effect, seeker: RuleSeeker): void {
    this.#searchSpellings(this.#commands, effect.command, seeker)
    this.#searchSpellings(this.#paths, effect.path, seeker)
    this.#searchSpellings(this.#domains, effect.domain, seeker)
    if (this.#actions.size > 0) {
      for (const clause of this.#actions.get(effect.action) ?? []) seeker.offer(clause)
    }
    for (const clause of this.#others) seeker.offer(clause)
  }

  #searchSpellings(
    index: PatternIndex<PatternClause>,
    { all, wide }: Spellings,
    seeker: RuleSeeker
  ): void {
    if (this.#reading === 'proof') {
      // A rule must match every spelling, so one is enough to find it by; `holds` asks the others.
      if (all.length > 0) index.search(all[0] as string, seeker)
      return
    }
    for (const text of all) index.search(text, seeker)
    for (const text of wide) index.search(text, seeker)
  }

  #addAction(action: string, clause: Clause): void {
    const clauses = this.#actions.get(action)
    if (clauses) clauses.push(clause)
    else this.#actions.set(action, [clause])
  }
}

interface KeyedClause {
  readonly clause: Clause
  readonly key: TestKey | undefined
}

function clausesOf(rule: CompiledRule, reading: Reading): KeyedClause[] {
  const { tests } = rule
  if (rule.match === 'any') return tests.map((test) => keyed(rule, test, [test], reading))
  const finder = tests.find((test) => test.key) ?? tests[0]
  return finder ? [keyed(rule, finder, tests, reading)] : []
}

function keyed(
  rule: CompiledRule,
  finder: Test,
  required: readonly Test[],
  reading: Reading
): KeyedClause {
  // A wide search by patterns alone has nothing left to ask of a test that has no other part.
  const settled = reading === 'wide' && (finder.field === 'pattern' || finder.field === 'domain')
  const rest = settled ? required.filter((test) => test !== finder) : required
  const clause: Clause = {
    order: rule.order,
    rule,
    holds: rest.length === 0 ? always : (effect) => rest.every((test) => test.holds(effect))
  }
  return { clause, key: finder.key }
}

function always(): boolean {
  return true
}
