import type { CheckResult } from '@agentguard/protocol'
import type { GuardPart } from './guard-options.ts'

/** That a part which a verdict needs has failed. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure'
  readonly part: GuardPart
  constructor(part: GuardPart, cause: unknown) {
    super(`the ${part} failed`, { cause })
    this.part = part
  }
}

/** Runs what belongs to a part; whatever it throws is a failure of that part. */
export async function using<T>(part: GuardPart, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw failureOf(part, error)
  }
}

/** The same for what answers at once. */
export function usingNow<T>(part: GuardPart, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw failureOf(part, error)
  }
}

function failureOf(part: GuardPart, error: unknown): PartFailure {
  return error instanceof PartFailure ? error : new PartFailure(part, error)
}

const what: Readonly<Record<GuardPart, string>> = {
  clock: 'The clock failed',
  policy: 'The policy could not be asked',
  limiter: 'The limits could not be counted',
  approvals: 'Approvals could not be looked up or opened',
  audit: 'The decision could not be written to the audit log',
  notifier: 'Nobody could be notified'
}

/** The verdict when a part fails. It names the part, and nothing of what failed: that may be secret. */
export function failureVerdict(part: GuardPart): CheckResult {
  return {
    decision: 'DENY',
    reason: `${what[part]}, so nothing is allowed`,
    matched_rule: `deny:guard:${part}`
  }
}
