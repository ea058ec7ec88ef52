import { goQuote, printable } from '@agentguard/protocol/printable'
import type { ChangeGroup, ReplaySummary } from '../replay/replay-summary.ts'
import { shortAction } from './describe-action.ts'
import type { Style } from './style.ts'

/** How many groups are shown. The others are in the JSON. */
const maxShown = 50

/** What a replay found, for a person. */
export function describeReplay(
  summary: ReplaySummary,
  { file, policy }: { readonly file: string; readonly policy: string },
  style: Style
): string[] {
  const { entries, same, otherRule, stricter, looser, groups, ungrouped, passedOver } = summary
  const hidden = groups.slice(maxShown).reduce((sum, { count }) => sum + count, ungrouped)
  return [
    `Replayed ${entries} entries of ${printable(file)} by the policy ${printable(policy)}:`,
    `  ${same} would be decided the same, ${otherRule} of them by another rule`,
    `  ${stricter + looser} would be decided differently: ${stricter} stricter, ${looser} looser`,
    ...describeUnjudged(summary),
    ...(passedOver === 0
      ? []
      : [`  ${passedOver} were not asked for: of other tenants, agents or times`]),
    ...groups.slice(0, maxShown).flatMap((group) => ['', ...describeGroup(group, style)]),
    ...(hidden === 0
      ? []
      : ['', `${hidden} more changes are not shown here. --list shows them all.`])
  ]
}

/** What a replay found, for a program. */
export function wireSummary({
  otherRule: other_rule,
  notJudged: not_judged,
  notComparable: not_comparable,
  passedOver: passed_over,
  groups,
  ...counts
}: ReplaySummary) {
  return {
    ...counts,
    other_rule,
    not_judged,
    not_comparable,
    passed_over,
    groups: groups.map(({ policyLine: policy_line, example: { file, line }, ...group }) => ({
      ...group,
      policy_line,
      example: { file, line }
    }))
  }
}

function describeUnjudged({ notJudged, notComparable }: ReplaySummary): string[] {
  const { redacted, truncated, unreadable, unknown_history: history } = notJudged
  const { count, enforcement_point: point, server } = notComparable
  const lines = [
    [redacted, 'cannot be judged: something was taken out of them'],
    [truncated, 'cannot be judged: they were too long and cut'],
    [unreadable, 'lines cannot be read'],
    [history, 'cannot be judged: it depends on actions that the log does not show'],
    [count, 'cannot be compared: a rate limit or a budget decided'],
    [point, 'cannot be compared: a gateway or proxy decided'],
    [server, 'cannot be compared: the server refused them for itself']
  ] as const
  return lines.flatMap(([number, what]) => (number === 0 ? [] : [`  ${number} ${what}`]))
}

function describeGroup(group: ChangeGroup, { bold, red, yellow }: Style): string[] {
  const { direction, was, now, policyLine, count, example } = group
  const paint = direction === 'stricter' ? yellow : red
  const where = policyLine === undefined ? '' : ` (line ${policyLine})`
  return [
    `${bold(`${count} x`)} ${paint(direction)}: ${was.decision} ${printable(was.rule)} -> ${now.decision} ${printable(now.rule)}${where}`,
    `    why: ${printable(now.reason)}`,
    `    first: ${printable(`${example.file}:${example.line}`)}: ${printable(example.entry.request.scope)} ${goQuote(shortAction(example.entry.request))}`
  ]
}
