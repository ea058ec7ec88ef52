import type { PolicyIssue } from '../src/issue.ts'
import type { IssueCode } from '../src/load/issue-code.ts'

/**
 * A reason for which a file is refused here though the reference loads it.
 * `docs/compatibility.md` says the same in words, under the same ids.
 */
export interface LoadDifference {
  readonly id: string
  readonly codes: readonly IssueCode[]
  /** A file that the reference loads. */
  readonly example: string
}

const head = 'version: "1"\nname: example\n'

/** All of them, in the order of `docs/compatibility.md`. */
export const loadDifferences: readonly LoadDifference[] = [
  {
    id: 'unknown-keys',
    codes: ['unknown_key'],
    example: `${head}rules: [{scope: shell, dney: [{pattern: 'rm *'}]}]\n`
  },
  {
    id: 'limits-finite',
    codes: ['invalid_limit'],
    example: `${head}rules: [{scope: cost, limits: {max_per_session: NaN}}]\n`
  },
  {
    id: 'override-mode',
    codes: ['invalid_override_mode'],
    example: `${head}agents: {bot: {override_mode: Replace}}\n`
  },
  {
    id: 'override-scope-twice',
    codes: ['duplicate_override_scope'],
    example: `${head}agents: {bot: {override: [{scope: shell}, {scope: shell}]}}\n`
  },
  {
    id: 'new-keys',
    codes: [
      'misplaced_key',
      'wrong_kind',
      'invalid_class',
      'invalid_regex',
      'invalid_match',
      'invalid_matching',
      'invalid_burst',
      'invalid_quorum',
      'invalid_expires',
      'invalid_approvers',
      'invalid_roles'
    ],
    example: `${head}rules: [{scope: network, deny: [{class: cloud}]}]\n`
  },
  {
    id: 'size-bounds',
    codes: ['too_large', 'too_deep', 'too_many_aliases'],
    example: `${head}x-deep: ${'['.repeat(200)}${']'.repeat(200)}\n`
  },
  {
    id: 'yaml-1-2',
    codes: ['yaml_syntax', 'control_character', 'recursive_anchor'],
    example: `${head}rules: [{scope: filesystem, allow: [{action: read, paths: [a, -, b]}]}]\n`
  }
]

/** The difference that explains why a file that the reference loads has these issues here. */
export function explainRefusal(issues: readonly PolicyIssue[]): string | undefined {
  const ids = issues.map(({ code }) =>
    loadDifferences.find(({ codes }) => codes.includes(code as IssueCode))
  )
  return ids.includes(undefined) ? undefined : ids[0]?.id
}
