import type { PolicyDocument, Rule } from '../document.ts'
import type { Effect } from '../effects/effect.ts'
import type { EffectiveRules } from './agent-rules.ts'
import { conditionsHold, type Facts } from './facts.ts'
import type { Payer } from './tests.ts'

/**
 * Who has to approve, and until when. What is absent is left to the approvals. Where several rules name
 * approvers, only those whom all of them name remain, which may be nobody.
 */
export interface ApprovalTerms {
  readonly expiresMs?: number
  readonly quorum?: number
  readonly approvers?: readonly string[]
}

/** The approval rules with terms of their own that match an effect, unless their conditions do not hold. */
export function matchingTerms(
  effect: Effect,
  effective: EffectiveRules | undefined,
  facts: Facts
): Rule[] {
  const matching: Rule[] = []
  for (const { kind, source, tests, match, conditions } of effective?.rules ?? []) {
    if (kind !== 'require_approval' || !(source.expires || source.approvers)) continue
    const holds = tests.map((test) => test.holds(effect, unlimited))
    const matches =
      match === 'any' ? holds.includes(true) : holds.length > 0 && !holds.includes(false)
    if (matches && conditionsHold(conditions, facts, effect.scope) !== 'no') matching.push(source)
  }
  return matching
}

/** Few rules have terms, and few actions come to be asked about. */
const unlimited: Payer = { canSpend: () => true }

/** The terms of some rules together, and the document's where they have none. */
export function approvalTerms(
  { approvals }: PolicyDocument,
  rules: readonly Rule[]
): ApprovalTerms {
  const expiries = rules.flatMap(({ expires }) => expires?.ms ?? [])
  const expiresMs = expiries.length > 0 ? Math.min(...expiries) : approvals.expires?.ms
  const approvers = commonTo(rules.flatMap((rule) => (rule.approvers ? [rule.approvers] : [])))
  const mayApprove = approvers ?? approvals.roles
  return {
    ...(expiresMs === undefined ? {} : { expiresMs }),
    ...(approvals.quorum === undefined ? {} : { quorum: approvals.quorum }),
    ...(mayApprove === undefined ? {} : { approvers: mayApprove })
  }
}

function commonTo(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  return lists.length === 0
    ? undefined
    : lists.reduce((common, list) => common.filter((name) => list.includes(name)))
}
