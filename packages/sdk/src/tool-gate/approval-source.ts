import type { Gate } from '@agentguard/protocol'
import type { AgentGuard } from '../agentguard.ts'
import type { CheckResult } from '../check-result.ts'
import type { WaitOptions } from '../follow-approval.ts'

/** Where verdicts come from, and answers of people. */
export interface VerdictSource {
  readonly gate: Gate
  /** Waits for a person's answer; absent where there are no people. */
  readonly wait?: ((approvalId: string, options: WaitOptions) => Promise<CheckResult>) | undefined
}

/** A client, or a gate alone, as a source. */
export function verdictSource(given: Pick<AgentGuard, 'asGate' | 'wait'> | Gate): VerdictSource {
  if (typeof given === 'function') return { gate: given }
  return { gate: given.asGate(), wait: (id, options) => given.wait(id, options) }
}
