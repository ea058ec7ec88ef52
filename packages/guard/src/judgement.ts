import type { Approval, CheckResult } from '@agentguard/protocol'
import type { VerdictOrigin } from './guard-event.ts'

/** A verdict, and when it was asked for. */
export interface TimedJudgement extends Judgement {
  /** Milliseconds; 0 if the clock failed. */
  readonly at: number
}

/** A verdict, and what has to be done once it is in the log. */
export interface Judgement {
  readonly result: CheckResult
  readonly by: VerdictOrigin
  /** Money that is reserved for the action. */
  readonly reservation?: string
  /** An approval that the action has used. */
  readonly used?: Approval
  /** An approval that the action has opened. */
  readonly opened?: Approval
}
