import type { AgentGuard } from './agentguard.ts'
import type { CheckOptions, Scope } from './check-options.ts'
import type { CheckResult } from './check-result.ts'
import {
  AgentGuardApprovalRequiredError,
  AgentGuardApprovalTimeoutError,
  AgentGuardDeniedError
} from './errors.ts'
import { timeoutReason } from './follow-approval.ts'
import { assertKnown } from './known-options.ts'

/** Any asynchronous function. */
export type AsyncFunction = (...args: never[]) => Promise<unknown>

/** How a function is guarded. All is optional. */
export interface GuardedOptions<T extends AsyncFunction = AsyncFunction> {
  /** What a call asks for. @defaultValue its first argument as the `command` */
  getCheckOptions?: ((...args: Parameters<T>) => CheckOptions) | undefined
  /** Whether to wait for a person's answer. @defaultValue false: throws */
  waitForApproval?: boolean | undefined
  /** How long to wait, in milliseconds. @defaultValue 300 000 */
  approvalTimeoutMs?: number | undefined
  /** How often to ask whether there is an answer, in milliseconds. @defaultValue 2000 */
  approvalPollIntervalMs?: number | undefined
  /**
   * Whether a yes is used up before the function runs, so that it is good for one run of exactly what was asked, and
   * is in the log. @defaultValue false, as in version 1.0
   */
  consumeApproval?: boolean | undefined
}

const names = [
  'approvalPollIntervalMs',
  'approvalTimeoutMs',
  'consumeApproval',
  'getCheckOptions',
  'waitForApproval'
]

/** Where a guarded function asks. */
export type GuardedClient = Pick<AgentGuard, 'check' | 'waitForApproval'>

/**
 * A function that runs only when it may: it asks first, and throws an `AgentGuardError` otherwise. Throws a
 * `TypeError` at once for options that do not exist.
 */
export function guarded<T extends AsyncFunction>(
  guard: GuardedClient,
  scope: Scope,
  fn: T,
  given: ((...args: Parameters<T>) => CheckOptions) | GuardedOptions<T> = {}
): T {
  const options: GuardedOptions<T> =
    typeof given === 'function' ? { getCheckOptions: given } : given
  assertKnown('guarded(): unknown option', options, names)
  const { getCheckOptions = firstArgument } = options

  async function run(this: unknown, ...args: Parameters<T>): Promise<unknown> {
    const asked = getCheckOptions(...args)
    const result = await guard.check(scope, asked)
    if (result.needsApproval) {
      const approvalId = await settle(guard, result, options)
      if (options.consumeApproval) {
        const used = await guard.check(scope, { ...asked, approvalId })
        // Who fails open does so without having used it up.
        if (!used.allowed || used.fault) throw denied(used)
      }
    } else if (!result.allowed) throw denied(result)
    return await fn.apply(this, args)
  }
  return run as unknown as T
}

/** Resolves to the approval when a person has said yes, and throws otherwise. */
async function settle<T extends AsyncFunction>(
  guard: GuardedClient,
  result: CheckResult,
  options: GuardedOptions<T>
): Promise<string> {
  const { approvalTimeoutMs = 300_000, approvalPollIntervalMs = 2_000 } = options
  const { approvalId, approvalUrl = '' } = result
  if (!options.waitForApproval || !approvalId) {
    throw new AgentGuardApprovalRequiredError(
      `Action requires approval. Approve at: ${approvalUrl}`,
      result,
      approvalId,
      approvalUrl
    )
  }
  const said = await guard.waitForApproval(approvalId, approvalTimeoutMs, approvalPollIntervalMs)
  if (said.allowed) return approvalId
  if (said.reason === timeoutReason) {
    throw new AgentGuardApprovalTimeoutError(
      `Approval for ${approvalId} timed out after ${approvalTimeoutMs}ms`,
      said,
      approvalId
    )
  }
  throw denied(said)
}

function denied(result: CheckResult): AgentGuardDeniedError {
  return new AgentGuardDeniedError(`Action denied by AgentGuard: ${result.reason}`, result)
}

function firstArgument(...[first]: unknown[]): CheckOptions {
  return { command: textOf(first ?? '') }
}

/** The text of an argument: as version 1.0 has it, but where that would be `[object Object]`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const hasText = typeof (value as object).toString === 'function'
  const text = hasText ? String(value) : '[object '
  return text.includes('[object ') ? JSON.stringify(value) : text
}
