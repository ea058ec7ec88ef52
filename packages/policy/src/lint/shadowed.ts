import { cleanPath } from '../clean-path.ts'
import type { RuleKind } from '../document.ts'
import { namesTools } from '../effects/tool.ts'
import { ruleId } from '../engine/verdict.ts'
import type { PolicyIssue } from '../issue.ts'
import { compilePattern } from '../match/compile-pattern.ts'
import { PatternIndex } from '../match/pattern-index.ts'
import type { Entry } from '../match/seeker.ts'
import { hasClass } from '../match/token.ts'
import { issue } from './lint-rule.ts'
import type { RulePlace } from './rule-place.ts'

/**
 * Rules that can never decide, since whatever they match is decided by another rule of the scope: a
 * stricter one, or an earlier one of the same kind.
 *
 * Covering is looked for where it can be proved from the texts of two patterns: a rule with one
 * test, under a rule without conditions. What is not found is not claimed.
 */
export function lintShadowed(places: readonly RulePlace[]): PolicyIssue[] {
  const issues: PolicyIssue[] = []
  for (const scope of groupBy(places, (place) => place.ruleSet.scope)) {
    const judged = scope.map((place, position) => ({ place, position, tests: soleTest(place) }))
    const covers = coversOf(judged)
    for (const candidate of judged) {
      const cover = coverOf(candidate, covers)
      if (cover) issues.push(shadowIssue(candidate.place, cover))
    }
  }
  return issues
}

interface Judged {
  readonly place: RulePlace
  readonly position: number
  readonly tests: SoleTest | undefined
}

/** The one test of a rule: the field, for paths with the action, and what it matches. */
interface SoleTest {
  readonly field: string
  readonly patterns: readonly string[]
}

interface Cover extends Entry {
  readonly text: string
  readonly judged: Judged
}

function soleTest({ rule, kind }: RulePlace): SoleTest | undefined {
  if (rule.class !== undefined || rule.regex !== undefined) return undefined
  const tests: SoleTest[] = []
  if (rule.pattern !== '') tests.push({ field: 'command', patterns: [rule.pattern] })
  if (rule.domain !== '') tests.push({ field: 'domain', patterns: [rule.domain] })
  if (rule.paths.length > 0) {
    if (rule.action === '' && kind === 'allow') return undefined
    tests.push({ field: `path:${rule.action}`, patterns: rule.paths.map(cleanPath) })
  } else if (rule.action !== '') {
    tests.push({ field: 'action', patterns: [rule.action] })
  }
  return tests.length === 1 ? tests[0] : undefined
}

function coversOf(judged: readonly Judged[]): Map<string, PatternIndex<Cover>> {
  const entries = new Map<string, Cover[]>()
  const seen = new Set<string>()
  for (const one of judged) {
    if (!one.tests || one.place.rule.conditions.length > 0) continue
    for (const text of one.tests.patterns.filter((pattern) =>
      canCover(pattern, one.tests?.field)
    )) {
      // Of several alike the first one covers what the others do.
      const key = JSON.stringify([one.tests.field, text, one.place.kind])
      if (seen.has(key)) continue
      seen.add(key)
      const entry = { text, pattern: compilePattern(text), order: orderOf(one), judged: one }
      const known = entries.get(one.tests.field)
      if (known) known.push(entry)
      else entries.set(one.tests.field, [entry])
    }
  }
  return new Map([...entries].map(([field, list]) => [field, new PatternIndex(list)]))
}

/**
 * Whether it follows from a pattern matching another pattern's text that it matches all that the
 * other one does: so for literal texts and `*`, and for paths that end in their only `**`.
 */
function canCover(pattern: string, field: string | undefined): boolean {
  // An action is compared as it is.
  if (field === 'action') return !pattern.includes('*') && !pattern.includes('?')
  if (/[?[\]]/.test(pattern)) return false
  if (!pattern.includes('**')) return true
  return field?.startsWith('path:') === true && /^([^*]*\/)?\*\*$/.test(pattern)
}

function coverOf(
  { place, position, tests }: Judged,
  covers: ReadonlyMap<string, PatternIndex<Cover>>
): Judged | undefined {
  if (!tests || tests.patterns.some((pattern) => meansMore(pattern, place))) return undefined
  let found: Judged | undefined
  for (const pattern of tests.patterns) {
    found = undefined
    for (const field of [tests.field, 'path:']) {
      covers.get(field)?.search(pattern, {
        limit: Number.POSITIVE_INFINITY,
        canSpend: () => true,
        offer: (cover) => {
          const isBefore = outranks(cover.judged, place.kind, position)
          if (isBefore && isSound(cover.text, pattern) && saysAsMuch(cover, place, pattern)) {
            found ??= cover.judged
          }
        }
      })
      if (!tests.field.startsWith('path:')) break
    }
    if (!found) return undefined
  }
  return found
}

/**
 * Whether the cover is about the same effects. An allow rule that is one command, word for word, says
 * more than a wildcard: its author has read all of the command.
 */
function saysAsMuch(cover: Cover, { ruleSet, kind }: RulePlace, pattern: string): boolean {
  if (cover.judged.place.ruleSet.matching !== ruleSet.matching) return false
  const isWhole = ruleSet.scope === 'shell' && kind === 'allow' && !/[*?]/.test(pattern)
  return (
    !isWhole ||
    ruleSet.matching === 'literal' ||
    cover.judged.place.kind !== 'allow' ||
    cover.text === pattern
  )
}

/**
 * Whether matching the text of a pattern means matching all that it matches. A pattern with `**`
 * also matches where nothing stands in the place of `**`, so no `*` within a text covers it.
 */
function isSound(cover: string, covered: string): boolean {
  return !covered.includes('**') || cover === '*' || cover.endsWith('**')
}

/**
 * Whether a restrictive rule reads the pattern in a way that its text does not show: `[ab]` as a
 * class, the name of a tool without regard to its form.
 */
function meansMore(pattern: string, { kind, ruleSet }: RulePlace): boolean {
  if (kind === 'allow') return false
  return hasClass(pattern) || (namesTools(ruleSet.scope) && /[^ -~]/.test(pattern))
}

const ranks: Readonly<Record<RuleKind, number>> = { deny: 0, require_approval: 1, allow: 2 }

function outranks(cover: Judged, kind: RuleKind, position: number): boolean {
  const difference = ranks[cover.place.kind] - ranks[kind]
  return difference < 0 || (difference === 0 && cover.position < position)
}

function orderOf({ place, position }: Judged): number {
  return ranks[place.kind] * 2 ** 40 + position
}

function shadowIssue(place: RulePlace, { place: by }: Judged): PolicyIssue {
  const cover = `the ${by.kind} rule \`${ruleId(by.rule)}\` in line ${by.rule.line}`
  return issue(place, 'shadowed', `never decides, since ${cover} matches all that it matches`)
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...Map.groupBy(items, keyOf).values()]
}
