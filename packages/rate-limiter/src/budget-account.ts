/** Whose money it is. */
export type BudgetHolder = 'session' | 'agent' | 'tenant'

/** What an account adds up over. Days and months are those of UTC. */
export type BudgetPeriod = 'ever' | 'day' | 'month'

/**
 * An account. Two are the same when all four members are: what is in the texts never makes two meet.
 */
export interface BudgetAccount {
  readonly tenant: string
  readonly holder: BudgetHolder
  /** The session, or the agent; for the tenant itself, its name again. */
  readonly id: string
  readonly period: BudgetPeriod
}
