import { RE2JS } from 're2js'
import type { Rule } from '../../src/document.ts'
import type { Effect, Spellings } from '../../src/effects/effect.ts'
import { hostClassesOf } from '../../src/host-class.ts'
import { naiveClean } from './clean.ts'
import { naiveGlob, type Reading, widePath, wideText } from './glob.ts'

export type TestName =
  | 'pattern'
  | 'action'
  | 'action+paths'
  | 'paths'
  | 'domain'
  | 'class'
  | 'regex'

/** The answers of a rule's tests to an effect, for the tests that the rule has. */
type Answers = readonly (readonly [name: TestName, holds: boolean])[]

/** The tests of the rule that made it match, or undefined where it does not. */
export function restrictiveMatch(rule: Rule, effect: Effect): readonly TestName[] | undefined {
  return held(restrictiveAnswers(rule, effect), rule.match === 'all')
}

export function allowMatch(rule: Rule, effect: Effect): readonly TestName[] | undefined {
  // `paths` says nothing without `action`, and a rule that says nothing allows nothing.
  if (rule.paths.length > 0 && rule.action === '') return undefined
  return held(allowAnswers(rule, effect), rule.match !== 'any')
}

function held(answers: Answers, needsAll: boolean): readonly TestName[] | undefined {
  const holding = answers.filter(([, holds]) => holds).map(([name]) => name)
  if (holding.length === 0 || (needsAll && holding.length < answers.length)) return undefined
  return holding
}

function restrictiveAnswers(rule: Rule, effect: Effect): Answers {
  const some = (texts: Spellings, test: (text: string) => boolean): boolean =>
    [...texts.all, ...texts.wide].some(test)
  return answersOf(rule, {
    action: some(effect.action, (text) => text === rule.action),
    pattern: some(effect.command, (text) => commandMatches(rule.pattern, text, effect.scope)),
    path: some(pathOf(effect), (text) =>
      rule.paths.some((entry) => inAnyReading(naiveClean(entry), text, widePath))
    ),
    domain: some(effect.domain, (text) => inAnyReading(rule.domain, text, wideText)),
    class: some(effect.domain, (text) => hasClass(rule, text, true)),
    regex: some(effect.command, (text) => regexOf(rule).matcher(text).find())
  })
}

function allowAnswers(rule: Rule, effect: Effect): Answers {
  const every = ({ all }: Spellings, test: (text: string) => boolean): boolean =>
    all.length > 0 && all.every(test)
  return answersOf(rule, {
    action: every(effect.action, (text) => text === rule.action),
    pattern: every(effect.command, (text) => naiveGlob(rule.pattern, text)),
    path: every(pathOf(effect), (text) =>
      rule.paths.some((entry) => naiveGlob(naiveClean(entry), text))
    ),
    domain: every(effect.domain, (text) => naiveGlob(rule.domain, text)),
    class: every(effect.domain, (text) => hasClass(rule, text, false)),
    regex: every(effect.command, (text) => regexOf(rule).matches(text))
  })
}

/** What the texts of an effect say to a rule; for a field that the rule lacks it means nothing. */
type TextAnswers = Readonly<
  Record<'action' | 'pattern' | 'path' | 'domain' | 'class' | 'regex', boolean>
>

function answersOf(rule: Rule, texts: TextAnswers): Answers {
  const answers: (readonly [TestName, boolean])[] = []
  if (rule.pattern !== '') answers.push(['pattern', texts.pattern])
  if (rule.action !== '' && rule.paths.length === 0) answers.push(['action', texts.action])
  if (rule.action !== '' && rule.paths.length > 0) {
    answers.push(['action+paths', texts.action && texts.path])
  }
  if (rule.action === '' && rule.paths.length > 0) answers.push(['paths', texts.path])
  if (rule.domain !== '') answers.push(['domain', texts.domain])
  if (rule.class !== undefined) answers.push(['class', texts.class])
  if (rule.regex !== undefined) answers.push(['regex', texts.regex])
  return answers
}

/** An action without a path is one on `.`, as far as paths are asked for. */
function pathOf(effect: Effect): Spellings {
  return effect.path.all.length === 0 ? { all: ['.'], wide: [] } : effect.path
}

/** Each spelling in each reading; the folded form of a tool's name is one of its spellings. */
function commandMatches(pattern: string, text: string, scope: string): boolean {
  if (inAnyReading(pattern, text, wideText)) return true
  const isTool = scope === 'mcp_tool' || scope === 'unmapped'
  return isTool && inAnyReading(fold(pattern), text, wideText)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

function inAnyReading(pattern: string, text: string, readings: readonly Reading[]): boolean {
  return readings.some((reading) => naiveGlob(pattern, text, reading))
}

function hasClass(rule: Rule, host: string, ifUnknown: boolean): boolean {
  return rule.class !== undefined && (hostClassesOf(host)?.includes(rule.class) ?? ifUnknown)
}

const compiled = new Map<string, RE2JS>()
const nothing = RE2JS.compile('$^')

function regexOf(rule: Rule): RE2JS {
  if (rule.regex === undefined) return nothing
  const regex = compiled.get(rule.regex) ?? RE2JS.compile(rule.regex)
  compiled.set(rule.regex, regex)
  return regex
}
