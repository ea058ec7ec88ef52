import { RE2JS } from 're2js'
import { cleanPath } from '../clean-path.ts'
import type { HostClass, Rule } from '../document.ts'
import type { Effect, Spellings } from '../effects/effect.ts'
import { widePaths } from '../effects/fold-path.ts'
import { hostTest, namesEndpoint } from '../effects/network/host-test.ts'
import { foldName, namesTools } from '../effects/tool.ts'
import { hostClassesOf } from '../host-class.ts'
import { compilePattern, compileWide } from '../match/compile-pattern.ts'
import type { Pattern } from '../match/pattern.ts'

/** How a rule reads its fields: restrictive rules wide, allow rules only what is proved. */
export type Reading = 'wide' | 'proof'

/** Asked before a text is read whole: false when there is no more work to spend. */
export interface Payer {
  canSpend(characters: number): boolean
}

/** A question about an effect. Who asks pays for texts that are read whole. */
export type Question = (effect: Effect, payer: Payer) => boolean

/** What a rule asks of an effect with one of its fields. */
export interface Test {
  /** The rule's field, for explanations. */
  readonly field: 'pattern' | 'action' | 'paths' | 'domain' | 'class' | 'regex'
  /** How the test can be looked up; a test without a key is tried on every effect. */
  readonly key: TestKey | undefined
  readonly holds: Question
  /**
   * What is left to ask of an effect of which one pattern of the key matches one spelling. Undefined
   * when that settles it.
   */
  readonly remainder?: Question | undefined
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
    tests.push(actionTest(rule.action, reading))
  }
  if (rule.domain !== '') tests.push(domainTest(rule.domain, reading))
  if (rule.class !== undefined) tests.push(classTest(rule.class, reading))
  if (rule.regex !== undefined) tests.push(regexTest(rule.regex, reading))
  const connects = scope === 'network' || scope === 'browser'
  return connects && reading === 'proof' ? tests.map((test) => onlyNamed(test, rule)) : tests
}

/** Some places are allowed only by a rule that names them. */
function onlyNamed(test: Test, rule: Rule): Test {
  const isNamed = namesEndpoint(rule)
  const { holds, remainder } = test
  return {
    ...test,
    holds: (effect, payer) => isNamed(effect) && holds(effect, payer),
    remainder: (effect, payer) => isNamed(effect) && (remainder?.(effect, payer) ?? true)
  }
}

function commandTest(pattern: string, scope: string, reading: Reading): Test {
  const patterns = reading === 'proof' ? [compilePattern(pattern)] : wideCommand(pattern, scope)
  return textTest(patterns, reading)
}

function wideCommand(pattern: string, scope: string): Pattern[] {
  const spellings = namesTools(scope) ? new Set([pattern, foldName(pattern)]) : [pattern]
  return [...spellings].flatMap((text) => compileWide(text, 'text'))
}

/** The domain as a text, and, where an effect says to which place it connects, as a host. */
function domainTest(domain: string, reading: Reading): Test {
  const texts = reading === 'proof' ? [compilePattern(domain)] : compileWide(domain, 'text')
  const host = hostTest(domain, reading)
  const isText = matchesAny(texts)
  const isHost = matchesAny(host?.patterns ?? [])
  const isWrittenSo: Question = ({ domain }, payer) => spellingsHold(isText, domain, reading, payer)
  const isPlace: Question = ({ domain, endpoint }, payer) =>
    endpoint !== undefined &&
    host?.isAt(endpoint) === true &&
    spellingsHold(isHost, domain, reading, payer)
  const holds: Question = (effect, payer) => {
    if (effect.endpoint === undefined) return isWrittenSo(effect, payer)
    return isPlace(effect, payer) || (reading === 'wide' && isWrittenSo(effect, payer))
  }
  return {
    field: 'domain',
    key: { field: 'domain', patterns: [...texts, ...(host?.patterns ?? [])] },
    holds,
    remainder: holds
  }
}

/** A test of the command alone. */
function textTest(patterns: readonly Pattern[], reading: Reading): Test {
  const matches = matchesAny(patterns)
  const isExact = patterns.every(({ exact }) => exact)
  const holds: Question = ({ command }, payer) =>
    spellingsHold(matches, command, reading, payer) &&
    (reading === 'wide' || isProved(matches, command, payer, isExact))
  const remainder: Question = (effect, payer) => isOnly(effect.command) || holds(effect, payer)
  return {
    field: 'pattern',
    key: { field: 'command', patterns },
    holds,
    remainder: reading === 'proof' ? remainder : undefined
  }
}

/** Whether one of the texts is enough of which one has to be. */
function isProved(
  holds: TextQuestion,
  { any }: Spellings,
  payer: Payer,
  isExact: boolean
): boolean {
  if (!any) return true
  return any.some(
    ({ text, padded }) => holds(text, payer) && (isExact || padded === text || holds(padded, payer))
  )
}

/** What a shell makes of it is the home directory, which is `~` here. */
const homeVariable = /^(?:\$HOME|\$\{HOME\})(?=\/|$)/

function pathTest(action: string, paths: readonly string[], reading: Reading): Test {
  const cleaned = paths.map((path) => cleanPath(path.replace(homeVariable, '~')))
  const patterns =
    reading === 'proof'
      ? cleaned.map(compilePattern)
      : cleaned.flatMap(widePaths).flatMap((path) => compileWide(path, 'path'))
  const matches = matchesAny(patterns)
  const { holds: isAction } = actionTest(action, reading)
  const isWanted: Question = (effect, payer) => action === '' || isAction(effect, payer)
  const covers: Question = (effect, payer) => spellingsHold(matches, effect.path, reading, payer)
  const isSettled = ({ path }: Effect): boolean => reading === 'wide' || isOnly(path)
  return {
    field: 'paths',
    key: { field: 'path', patterns },
    holds: (effect, payer) => isWanted(effect, payer) && covers(effect, payer),
    remainder: (effect, payer) =>
      isWanted(effect, payer) && (isSettled(effect) || covers(effect, payer))
  }
}

function actionTest(action: string, reading: Reading): Test {
  const isAction: TextQuestion = (text) => text === action
  const holds: Question = (effect, payer) => spellingsHold(isAction, effect.action, reading, payer)
  return { field: 'action', key: { field: 'action', action }, holds, remainder: holds }
}

/** How much dearer parsing a host is than reading it. */
const classWeight = 64

function classTest(wanted: HostClass, reading: Reading): Test {
  // What is no host may be anything to who connects to it.
  const isOfClass: TextQuestion = (host, payer) =>
    payer.canSpend(host.length * classWeight) &&
    (hostClassesOf(host)?.includes(wanted) ?? reading === 'wide')
  return {
    field: 'class',
    key: undefined,
    holds: (effect, payer) =>
      effect.endpoint === undefined
        ? spellingsHold(isOfClass, effect.domain, reading, payer)
        : (effect.endpoint.classes?.includes(wanted) ?? reading === 'wide')
  }
}

/** How much dearer a character is to a small regular expression than to a pattern. */
const minRegexWeight = 16

/** A restrictive regular expression may match anywhere in the command, an allowing one is anchored. */
function regexTest(source: string, reading: Reading): Test {
  const regex = RE2JS.compile(source)
  const weight = Math.max(minRegexWeight, regex.programSize())
  const matches: TextQuestion = (text, payer) => {
    if (!payer.canSpend(text.length * weight)) return false
    return reading === 'wide' ? regex.matcher(text).find() : regex.matches(text)
  }
  return {
    field: 'regex',
    key: undefined,
    holds: ({ command }, payer) =>
      spellingsHold(matches, command, reading, payer) &&
      (reading === 'wide' || isProved(matches, command, payer, false))
  }
}

/** Whether there is but one spelling, so that a match of one is a match of all. */
function isOnly({ all, wide, names, any }: Spellings): boolean {
  return all.length === 1 && wide.length === 0 && names === undefined && any === undefined
}

type TextQuestion = (text: string, payer: Payer) => boolean

function matchesAny(patterns: readonly Pattern[]): TextQuestion {
  const isPaid = ({ weight }: Pattern, text: string, payer: Payer): boolean =>
    weight === 0 || payer.canSpend(weight * text.length)
  return (text, payer) =>
    patterns.some((pattern) => isPaid(pattern, text, payer) && pattern.matches(text))
}

function spellingsHold(
  holds: TextQuestion,
  { all, wide, names, any }: Spellings,
  reading: Reading,
  payer: Payer
): boolean {
  const isHeld = (text: string): boolean => holds(text, payer)
  if (reading === 'proof') {
    const isThere = all.length > 0 || any !== undefined
    return isThere && all.every((text, at) => isHeld(text) || names?.[at]?.some(isHeld))
  }
  return (
    all.some(isHeld) ||
    wide.some(isHeld) ||
    any?.some(({ text }) => isHeld(text)) === true ||
    names?.some((others) => others.some(isHeld)) === true
  )
}
