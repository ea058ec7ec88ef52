import { cleanPath } from '../clean-path.ts'
import type { Rule } from '../document.ts'
import { ruleId } from '../engine/verdict.ts'
import type { PolicyIssue } from '../issue.ts'
import { hasClass } from '../match/token.ts'
import type { RulePlace } from './rule-place.ts'

/** What is doubtful about one rule by itself. */
export function lintRule(place: RulePlace): PolicyIssue[] {
  const never = neverMatches(place)
  // A rule that never matches has no finer points.
  if (never !== undefined) return [issue(place, 'never_matches', never)]
  return [...bareStars(place), ...climbingPaths(place), ...classes(place), ...wideFields(place)]
}

function neverMatches({ rule, kind, ruleSet }: RulePlace): string | undefined {
  if (fieldsOf(rule).length === 0) {
    return 'a rule without `action`, `pattern`, `paths`, `domain`, `class` or `regex` never matches'
  }
  if (kind === 'allow' && rule.action === '' && rule.paths.length > 0) {
    return 'an allow rule with `paths` but no `action` never matches; say which `action` it allows'
  }
  // Another test of the rule may still hold, where one is enough.
  const needsPath =
    (rule.match ?? (kind === 'allow' ? 'all' : 'any')) === 'all' || fieldsOf(rule).length === 1
  const climbs = (path: string): boolean => /^\.\.(\/|$)/.test(cleanPath(path))
  if (
    ruleSet.scope === 'filesystem' &&
    needsPath &&
    rule.paths.length > 0 &&
    rule.paths.every(climbs)
  ) {
    return 'a path that climbs with `..` is always denied, so a rule for it never matches'
  }
  return undefined
}

function bareStars(place: RulePlace): PolicyIssue[] {
  if (place.kind !== 'allow' || !place.rule.paths.includes('*')) return []
  return [
    issue(
      place,
      'bare_star',
      'the path `*` allows every path at any depth; write `**` if that is meant'
    )
  ]
}

function climbingPaths(place: RulePlace): PolicyIssue[] {
  const climbing = place.rule.paths.filter(
    (path) => path.split('/').includes('..') && cleanPath(path) !== path
  )
  return climbing.map((path) =>
    issue(place, 'climbing_path', `the path \`${path}\` is read as \`${cleanPath(path)}\``)
  )
}

function classes(place: RulePlace): PolicyIssue[] {
  const { rule, kind } = place
  const text = [rule.pattern, rule.domain, ...rule.paths].find(hasClass)
  if (text === undefined) return []
  const meaning =
    kind === 'allow'
      ? 'is literal text in an allow rule'
      : 'is read both as literal text and as a class of characters'
  return [
    issue(place, 'class_in_pattern', `\`[…]\` in \`${text}\` ${meaning}; \`regex\` says it clearly`)
  ]
}

function wideFields(place: RulePlace): PolicyIssue[] {
  const { rule, kind } = place
  const fields = fieldsOf(rule)
  if (fields.length < 2 || rule.match !== undefined || kind === 'allow') return []
  const list = fields.map((field) => `\`${field}\``).join(', ')
  return [
    issue(
      place,
      'wide_fields',
      `each of ${list} is enough by itself for this rule to match; ` +
        'write `match: all` if all must hold, or `match: any` if this is meant'
    )
  ]
}

/** The tests of a rule by name; `paths` with `action` are one. */
function fieldsOf(rule: Rule): string[] {
  return [
    ...(rule.pattern === '' ? [] : ['pattern']),
    ...(rule.action === '' && rule.paths.length === 0 ? [] : [rule.action ? 'action' : 'paths']),
    ...(rule.domain === '' ? [] : ['domain']),
    ...(rule.class === undefined ? [] : ['class']),
    ...(rule.regex === undefined ? [] : ['regex'])
  ]
}

/** An issue about a rule as a whole. */
export function issue(place: RulePlace, code: string, message: string): PolicyIssue {
  const { rule, kind, ruleSet, path } = place
  const id = ruleId(rule)
  const name = id === '' ? '' : ` \`${id}\``
  return {
    code,
    path,
    line: rule.line,
    column: rule.column,
    message: `${kind} rule${name} of scope \`${ruleSet.scope}\`: ${message}`
  }
}
