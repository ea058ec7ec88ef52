import type { Decision, CheckResult as WireResult } from '@agentguard/protocol'

/** Why there is no verdict of the server. */
export interface CheckFault {
  /**
   * `unreachable`: no answer, or not in time. `status`: an answer that is no success. `malformed`: an answer that is
   * no verdict. `request`: the action cannot be sent, or was refused as it is. `observer`: a hook threw.
   */
  readonly code: 'unreachable' | 'status' | 'malformed' | 'request' | 'observer'
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined
}

/** A verdict, or what counts as one when there is none. */
export interface CheckResult {
  readonly decision: Decision
  /** Why, in words for a person. Programs MUST NOT branch on it. */
  readonly reason: string
  /** The rule that decided, such as `deny:shell:rm *`. */
  readonly matchedRule?: string | undefined
  /** The approval that was asked for or used. */
  readonly approvalId?: string | undefined
  /** Where a person answers. */
  readonly approvalUrl?: string | undefined
  readonly allowed: boolean
  readonly denied: boolean
  readonly needsApproval: boolean
  /** That this is no verdict of the server but the client's fail mode, and why. It is not enumerable. */
  readonly fault?: CheckFault | undefined
  /** The verdict as the server sent it, with members that have no name here. It is not enumerable. */
  readonly wire?: WireResult | undefined
}

class Verdict implements CheckResult {
  readonly decision: Decision
  readonly reason: string
  readonly matchedRule: string | undefined
  readonly approvalId: string | undefined
  readonly approvalUrl: string | undefined
  readonly #wire: WireResult
  readonly #fault: CheckFault | undefined

  constructor(wire: WireResult, fault?: CheckFault) {
    this.decision = wire.decision
    this.reason = wire.reason
    this.matchedRule = wire.matched_rule
    this.approvalId = wire.approval_id
    this.approvalUrl = wire.approval_url
    this.#wire = wire
    this.#fault = fault
  }

  get allowed(): boolean {
    return this.decision === 'ALLOW'
  }

  get denied(): boolean {
    return this.decision === 'DENY'
  }

  get needsApproval(): boolean {
    return this.decision === 'REQUIRE_APPROVAL'
  }

  get fault(): CheckFault | undefined {
    return this.#fault
  }

  get wire(): WireResult {
    return this.#wire
  }
}

/** A result over a verdict as the wire has it. */
export function checkResult(wire: WireResult, fault?: CheckFault): CheckResult {
  return new Verdict(wire, fault)
}

/** A denial that no server gave. */
export function denial(reason: string, fault?: CheckFault): CheckResult {
  return checkResult({ decision: 'DENY', reason }, fault)
}

const decisions: readonly unknown[] = ['ALLOW', 'DENY', 'REQUIRE_APPROVAL']

/**
 * Reads the body of an answer; undefined if it has no decision at all.
 *
 * INVARIANT: a decision that this client does not know is a denial, also when it fails open: the server was there,
 * and did not allow.
 */
export function readVerdict(body: unknown): CheckResult | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const wire = body as WireResult
  const { decision, reason } = wire
  if (typeof decision !== 'string') return undefined
  if (!decisions.includes(decision)) {
    const told = JSON.stringify(decision)
    return denial(`AgentGuard returned an unknown decision ${told}`, { code: 'malformed' })
  }
  return checkResult(typeof reason === 'string' ? wire : { ...wire, reason: '' })
}

/**
 * The verdict as a gate gives it. One that comes from the fail mode says so by its rule, such as
 * `deny:sdk:unreachable`.
 */
export function wireResult({ decision, reason, fault, wire }: CheckResult): WireResult {
  if (!fault) return wire ?? { decision, reason }
  const effect = decision === 'ALLOW' ? 'allow' : 'deny'
  return { decision, reason, matched_rule: `${effect}:sdk:${fault.code}` }
}

/** Whether a verdict comes from the fail mode of a client, and not from a server. */
export function isFailMode({ matched_rule: rule = '' }: WireResult): boolean {
  return /^(allow|deny):sdk:/.test(rule)
}
