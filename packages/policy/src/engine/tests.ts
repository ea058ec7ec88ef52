import { RE2JS } from 're2js'
import { cleanPath } from '../clean-path.ts'
import type { HostClass, Rule } from '../document.ts'
import type { Effect, Spellings } from '../effects/effect.ts'
import { foldName, namesTools } from '../effects/tool.ts'
import { hostClassesOf } from '../host-class.ts'
import { compilePattern, compileWide } from '../match/compile-pattern.ts'
import type { Pattern } from '../match/pattern.ts'

/** How a rule reads its fields: restrictive rules wide, allow rules only what is proved. */
export type Reading = 'wide' | 'proof'

/** What a rule asks of an effect with one of its fields. */
export interface Test {
  /** The rule's field, for explanations. */
  readonly field: 'pattern' | 'action' | 'paths' | 'domain' | 'class' | 'regex'
  /** How the test can be looked up; a test without a key is tried on every effect. */
  readonly key: TestKey | undefined
  holds(effect: Effect): boolean
  /**
   * What is left to ask of an effect of which one pattern of the key matches one spelling, the first
   * one where the reading is `proof`. Undefined when that settles it.
   */
  readonly remainder?: ((effect: Effect) => boolean) | undefined
}

/** What an index can file a test under. An effect that passes the test has the key. */
export type TestKey =
  | { readonly field: 'command' | 'path' | 'domain'; readonly patterns: readonly Pattern[] }
  | { readonly field: 'action'; readonly action: string }

/**
 * The tests of a rule, each for one field except that `action` and `paths` are one test.
 *
 * `paths` without `action` are a test for every action in restrictive rules; an allow rule with them
 * can never match, which is `undefined`.
 */
export function testsOf(rule: Rule, scope: string, reading: Reading): readonly Test[] | undefined {
  const tests: Test[] = []
  if (rule.pattern !== '') tests.push(commandTest(rule.pattern, scope, reading))
  if (rule.paths.length > 0) {
    if (rule.action === '' && reading === 'proof') return undefined
    tests.push(pathTest(rule.action, rule.paths, reading))
  } else if (rule.action !== '') {
    tests.push(actionTest(rule.action))
  }
  if (rule.domain !== '') tests.push(domainTest(rule.domain, reading))
  if (rule.class !== undefined) tests.push(classTest(rule.class, reading))
  if (rule.regex !== undefined) tests.push(regexTest(rule.regex, reading))
  return tests
}

function commandTest(pattern: string, scope: string, reading: Reading): Test {
  const patterns = reading === 'proof' ? [compilePattern(pattern)] : wideCommand(pattern, scope)
  return textTest('pattern', 'command', patterns, reading)
}

function wideCommand(pattern: string, scope: string): Pattern[] {
  const spellings = namesTools(scope) ? new Set([pattern, foldName(pattern)]) : [pattern]
  return [...spellings].flatMap((text) => compileWide(text, 'text'))
}

function domainTest(domain: string, reading: Reading): Test {
  const patterns = reading === 'proof' ? [compilePattern(domain)] : compileWide(domain, 'text')
  return textTest('domain', 'domain', patterns, reading)
}

/** A test of one text alone. */
function textTest(
  field: 'pattern' | 'domain',
  of: 'command' | 'domain',
  patterns: readonly Pattern[],
  reading: Reading
): Test {
  const holds = (effect: Effect): boolean => patternsHold(patterns, effect[of], reading)
  const remainder = (effect: Effect): boolean => effect[of].all.length === 1 || holds(effect)
  return {
    field,
    key: { field: of, patterns },
    holds,
    remainder: reading === 'proof' ? remainder : undefined
  }
}

function pathTest(action: string, paths: readonly string[], reading: Reading): Test {
  const cleaned = paths.map(cleanPath)
  const patterns =
    reading === 'proof'
      ? cleaned.map(compilePattern)
      : cleaned.flatMap((path) => compileWide(path, 'path'))
  const isAction = (effect: Effect): boolean => action === '' || effect.action === action
  const settles = ({ path }: Effect): boolean => reading === 'wide' || path.all.length === 1
  const covers = (effect: Effect): boolean => patternsHold(patterns, effect.path, reading)
  return {
    field: 'paths',
    key: { field: 'path', patterns },
    holds: (effect) => isAction(effect) && covers(effect),
    remainder: (effect) => isAction(effect) && (settles(effect) || covers(effect))
  }
}

function actionTest(action: string): Test {
  return {
    field: 'action',
    key: { field: 'action', action },
    holds: (effect) => effect.action === action
  }
}

function classTest(wanted: HostClass, reading: Reading): Test {
  const isOfClass = (host: string): boolean => hostClassesOf(host).includes(wanted)
  return {
    field: 'class',
    key: undefined,
    holds: (effect) => spellingsHold(isOfClass, effect.domain, reading)
  }
}

/** A restrictive regular expression may match anywhere in the command, an allowing one is anchored. */
function regexTest(source: string, reading: Reading): Test {
  const regex = RE2JS.compile(source)
  const matches = (text: string): boolean =>
    reading === 'wide' ? regex.matcher(text).find() : regex.matches(text)
  return {
    field: 'regex',
    key: undefined,
    holds: (effect) => spellingsHold(matches, effect.command, reading)
  }
}

function patternsHold(
  patterns: readonly Pattern[],
  spellings: Spellings,
  reading: Reading
): boolean {
  return spellingsHold(
    (text) => patterns.some((pattern) => pattern.matches(text)),
    spellings,
    reading
  )
}

function spellingsHold(
  holds: (text: string) => boolean,
  { all, wide }: Spellings,
  reading: Reading
): boolean {
  if (reading === 'wide') return all.some(holds) || wide.some(holds)
  return all.length > 0 && all.every(holds)
}
