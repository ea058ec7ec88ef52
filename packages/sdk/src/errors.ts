import type { CheckResult } from './check-result.ts'

/** What is common to all errors of this package. */
export class AgentGuardError extends Error {
  override name = 'AgentGuardError'
  /** The verdict that led to it, if there is one. */
  readonly result?: CheckResult | undefined

  constructor(message: string, result?: CheckResult) {
    super(message)
    // Compilers that turn classes into functions lose the class of what extends `Error`.
    Object.setPrototypeOf(this, new.target.prototype)
    this.result = result
  }
}

/** The action was denied, by the policy or by a person. */
export class AgentGuardDeniedError extends AgentGuardError {
  override name = 'AgentGuardDeniedError'
}

/** The action needs a person's yes, and nobody waited for it. */
export class AgentGuardApprovalRequiredError extends AgentGuardError {
  override name = 'AgentGuardApprovalRequiredError'
  /** The approval to wait for; empty if there is none. */
  readonly approvalId: string
  /** Where a person answers; empty if that is not known. */
  readonly approvalUrl: string

  constructor(message: string, result?: CheckResult, approvalId = '', approvalUrl = '') {
    super(message, result)
    this.approvalId = approvalId
    this.approvalUrl = approvalUrl
  }
}

/** Nobody answered in time. */
export class AgentGuardApprovalTimeoutError extends AgentGuardError {
  override name = 'AgentGuardApprovalTimeoutError'
  /** The approval that was waited for. */
  readonly approvalId: string

  constructor(message: string, result?: CheckResult, approvalId = '') {
    super(message, result)
    this.approvalId = approvalId
  }
}

/** The server refused the API key. */
export class AgentGuardAuthError extends AgentGuardError {
  override name = 'AgentGuardAuthError'
  /** The HTTP status: 401 or 403. */
  readonly status: number

  constructor(message: string, status: number, result?: CheckResult) {
    super(message, result)
    this.status = status
  }
}

/** What was to be read from the server could not be read. */
export class AgentGuardRequestError extends AgentGuardError {
  override name = 'AgentGuardRequestError'
  /** Why there is no answer. */
  readonly code: 'unreachable' | 'status' | 'malformed'
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined

  constructor(
    message: string,
    { code, status, cause }: Pick<AgentGuardRequestError, 'code' | 'status'> & { cause?: unknown }
  ) {
    super(message)
    this.code = code
    this.status = status
    this.cause = cause
  }
}
