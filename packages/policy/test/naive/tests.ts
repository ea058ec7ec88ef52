import { RE2JS } from 're2js'
import type { Rule } from '../../src/document.ts'
import type { Effect, Endpoint, Spellings } from '../../src/effects/effect.ts'
import { foldPattern } from '../../src/effects/fold-path.ts'
import { parseHostRule } from '../../src/effects/network/host-rule.ts'
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
    [...texts.all, ...texts.wide, ...(texts.names?.flat() ?? [])].some(test)
  return answersOf(rule, {
    action: some(effect.action, (text) => text === rule.action),
    pattern: some(effect.command, (text) => commandMatches(rule.pattern, text, effect.scope)),
    path: some(pathOf(effect), (text) =>
      rule.paths.some(
        (entry) =>
          inAnyReading(naiveClean(entry), text, widePath) ||
          inAnyReading(foldPattern(naiveClean(entry)), text, widePath)
      )
    ),
    domain: some(
      effect.domain,
      (text) => inAnyReading(rule.domain, text, wideText) || isHost(rule, text, effect, wideText)
    ),
    class: effect.endpoint
      ? hasEndpointClass(rule, effect.endpoint, true)
      : some(effect.domain, (text) => hasClass(rule, text, true)),
    regex: some(effect.command, (text) => regexOf(rule).matcher(text).find())
  })
}

function allowAnswers(rule: Rule, effect: Effect): Answers {
  const isNamed = namesWhatItMust(rule, effect)
  const every = ({ all, names }: Spellings, test: (text: string) => boolean): boolean =>
    isNamed && all.length > 0 && all.every((text, at) => [text, ...(names?.[at] ?? [])].some(test))
  return answersOf(rule, {
    action: every(effect.action, (text) => text === rule.action),
    pattern: every(effect.command, (text) => naiveGlob(rule.pattern, text)),
    path: every(pathOf(effect), (text) =>
      rule.paths.some((entry) => naiveGlob(naiveClean(entry), text))
    ),
    domain: every(effect.domain, (text) =>
      effect.endpoint ? isHost(rule, text, effect) : naiveGlob(rule.domain, text)
    ),
    class: effect.endpoint
      ? isNamed && hasEndpointClass(rule, effect.endpoint, false)
      : every(effect.domain, (text) => hasClass(rule, text, false)),
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

/** Whether the host is the rule's, by the scheme and on the port that the rule names, if any. */
function isHost(
  { domain }: Rule,
  text: string,
  { endpoint }: Effect,
  readings?: readonly Reading[]
): boolean {
  const rule = parseHostRule(domain)
  if (endpoint === undefined || rule === undefined) return false
  const { host, exact, scheme, port } = rule
  if (scheme !== undefined && scheme !== endpoint.scheme) return false
  if (port !== undefined && !(endpoint.port !== undefined && naiveGlob(port, endpoint.port))) {
    return false
  }
  if (readings === undefined) return naiveGlob(host, text)
  const isThisMachine = exact !== undefined && hostClassesOf(exact)?.includes('loopback') === true
  return inAnyReading(host, text, readings) || (isThisMachine && text === 'localhost')
}

function hasEndpointClass(rule: Rule, endpoint: Endpoint, ifUnknown: boolean): boolean {
  return rule.class !== undefined && (endpoint.classes?.includes(rule.class) ?? ifUnknown)
}

/** Link-local and metadata hosts have to be named, and so have unusual schemes. */
function namesWhatItMust(rule: Rule, { domain, endpoint }: Effect): boolean {
  const host = rule.domain === '' ? undefined : parseHostRule(rule.domain)
  const special = ['link_local', 'metadata'].includes(rule.class ?? '')
  const isHostNamed =
    (host?.exact !== undefined && domain.all[0] === host.exact) ||
    (special && endpoint !== undefined && hasEndpointClass(rule, endpoint, false))
  const isSchemeNamed = host?.scheme !== undefined && host.scheme === endpoint?.scheme
  return (endpoint?.mustName ?? []).every((what) => (what === 'host' ? isHostNamed : isSchemeNamed))
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
