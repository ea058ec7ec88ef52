import * as v from 'valibot'
import { type Decision, decisionSchema } from './decision.ts'
import { type Effect, effectSchema } from './effect.ts'
import { member } from './member.ts'

/** Where in which policy file a rule stands. */
export interface RuleSource {
  /** The policy file. Absent when the policy came from no file. */
  readonly file?: string
  /** The line, counted from 1. */
  readonly line: number
}

/** A verdict: a decision with its reason and rule. */
export interface CheckResult {
  /** The version of the wire format. Always there on the wire. */
  readonly schema_version?: 'v1'
  /** May the action happen? */
  readonly decision: Decision
  /** Why, in words for a person. Clients MUST NOT branch on it. */
  readonly reason: string
  /** The rule that decided, such as `deny:shell:rm *`. Absent when no rule matched. */
  readonly matched_rule?: string
  /** The approval that was asked for or used. */
  readonly approval_id?: string
  /** Where a person approves. */
  readonly approval_url?: string
  /** Where the rule that decided stands. */
  readonly rule_source?: RuleSource
  /** The effect that decided, when it is not the action as written. */
  readonly effect?: Effect
  /** The digest of the policy that decided. */
  readonly policy_digest?: string
}

/** The schema of a {@link RuleSource}. */
export const ruleSourceSchema: v.GenericSchema<RuleSource> = v.object({
  file: member(
    v.exactOptional(v.string()),
    'The policy file. Absent when the policy came from no file.'
  ),
  line: member(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 'The line, counted from 1.')
} satisfies Record<keyof RuleSource, unknown>)

const text = v.exactOptional(v.string())

/** The schema of a {@link CheckResult}. Unknown members are dropped; an unknown decision is refused. */
export const checkResultSchema: v.GenericSchema<CheckResult> = v.object({
  schema_version: member(
    v.exactOptional(v.literal('v1')),
    'The version of the wire format. The server always sends it.'
  ),
  decision: member(decisionSchema, 'May the action happen?'),
  reason: member(v.string(), 'Why, in words for a person. Programs must not branch on it.'),
  matched_rule: member(text, 'The rule that decided. Absent when no rule matched.'),
  approval_id: member(text, 'The approval that was asked for or used.'),
  approval_url: member(text, 'Where a person approves.'),
  rule_source: member(v.exactOptional(ruleSourceSchema), 'Where the rule that decided stands.'),
  effect: member(
    v.exactOptional(effectSchema),
    'The effect that decided, when it is not the action as written.'
  ),
  policy_digest: member(text, 'The digest of the policy that decided.')
} satisfies Record<keyof CheckResult, unknown>)
