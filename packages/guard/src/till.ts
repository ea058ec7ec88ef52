import type { CheckResult } from '@agentguard/protocol'
import type { Budgets } from '@agentguard/rate-limiter'
import type { Bill } from './charges.ts'
import type { VerdictOrigin } from './guard-event.ts'
import type { Judgement } from './judgement.ts'
import { using } from './part-failure.ts'
import type { Reporter } from './reporter.ts'

/** Where actions are paid for. */
export interface Till {
  /** The verdict with the money for it reserved, or the denial if it is not there. */
  pay(
    result: CheckResult,
    by: VerdictOrigin,
    bill: Bill | undefined,
    at: number
  ): Promise<Judgement>
  /** The denial if the money is not there now. Reserves nothing. */
  look(bill: Bill | undefined, at: number): Promise<CheckResult | undefined>
  /** Gives reserved money back. What cannot be given back stays counted. */
  release(reservation: string | undefined): Promise<void>
  /** Makes reserved money spent. What cannot be made so stays reserved, which counts as much. */
  commit(reservation: string | undefined): Promise<void>
}

/** Creates the till over some budgets. */
export function createTill(budgets: Budgets, reporter: Reporter): Till {
  async function settle(how: 'commit' | 'release', reservation: string | undefined): Promise<void> {
    if (reservation === undefined) return
    try {
      await budgets[how](reservation)
    } catch (error) {
      reporter.fail('limiter', error)
    }
  }
  return {
    async pay(result, by, bill, at) {
      if (!bill) return { result, by }
      const reserved = await using('limiter', () => budgets.reserve(bill.charges, bill.micros, at))
      if (!reserved.ok) return { result: bill.refusal(reserved.exceeded), by: 'budget' }
      return { result, by, reservation: reserved.reservation }
    },
    async look(bill, at) {
      if (!bill) return undefined
      const exceeded = await using('limiter', () => budgets.exceeded(bill.charges, bill.micros, at))
      return exceeded && bill.refusal(exceeded)
    },
    release: (reservation) => settle('release', reservation),
    commit: (reservation) => settle('commit', reservation)
  }
}
