import type { Approval } from '@agentguard/protocol'
import { stageOf } from './approval-stage.ts'

/** From when until when an approval stays in its stage by itself, in milliseconds since 1970. */
export interface StageSpan {
  readonly since: number
  /** `Infinity` for an answer that counts for ever. */
  readonly until: number
}

/** By how much the clocks of those who share a store may differ. */
export const clockToleranceMs = 5_000

/** The span of the stage that an approval is in; undefined for one at its end. */
export function stageSpan(approval: Approval): StageSpan | undefined {
  switch (stageOf(approval)) {
    case 'pending':
      return { since: Date.parse(approval.created_at), until: time(approval.expires_at) }
    case 'approved':
    case 'denied':
      return { since: Date.parse(approval.resolved_at), until: time(approval.valid_until) }
    default:
      return undefined
  }
}

/**
 * Whether a stage is over.
 *
 * It also is when the clock reads earlier than its beginning: the clock was set back since, and how
 * much of the time is left cannot be known. INVARIANT: a clock that is set back by more than the
 * tolerance prolongs nothing that began after the time that it is set back to.
 */
export function isOver({ since, until }: StageSpan, now: number): boolean {
  // Written so that a time that cannot be read makes it over.
  return !(now < until && now >= since - clockToleranceMs)
}

function time(text: string | undefined): number {
  return text === undefined ? Number.POSITIVE_INFINITY : Date.parse(text)
}
