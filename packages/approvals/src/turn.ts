import type { Approval } from '@agentguard/protocol'
import type { ApprovalBook } from './approval-book.ts'
import { type ApprovalStage, stageOf } from './approval-stage.ts'
import { freeze } from './read-approval.ts'
import { type ApprovalEvent, type Transition, transition } from './transition.ts'

/** What has happened to an approval. */
export interface ApprovalChange {
  /** The approval as it is now. */
  readonly approval: Approval
  /** Absent when it was opened. The same as `to` when one of several people has agreed. */
  readonly from?: ApprovalStage
  readonly to: ApprovalStage
}

/** One transaction: the time at which it runs, and what it has changed so far. */
export class Turn {
  readonly at: number
  readonly changes: ApprovalChange[] = []
  readonly #book: ApprovalBook

  constructor(book: ApprovalBook, at: number) {
    this.#book = book
    this.at = at
  }

  /** Ends what is over. */
  expire(): void {
    this.applyToAll(this.#book.over(this.at), { type: 'expire' })
  }

  /** Lets an event happen to an approval, and writes what it makes of it. */
  apply(approval: Approval, event: ApprovalEvent): Transition {
    const step = transition(approval, event, this.at)
    if (!step.changed) return step
    const after = freeze(step.approval)
    this.#book.replace(after, this.at)
    this.changes.push({ approval: after, from: stageOf(approval), to: stageOf(after) })
    return step
  }

  /** The same for several. Returns those for which the event holds now and did not before. */
  applyToAll(approvals: readonly Approval[], event: ApprovalEvent): Approval[] {
    return approvals.flatMap((approval) => {
      const step = this.apply(approval, event)
      return step.ok && step.changed ? [step.approval] : []
    })
  }
}
