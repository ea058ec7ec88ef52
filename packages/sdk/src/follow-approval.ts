import type { Settings } from './agentguard-options.ts'
import { type CheckResult, checkResult } from './check-result.ts'
import { approvalEndpoint, authHeaders, send } from './endpoint.ts'
import { AgentGuardAuthError } from './errors.ts'
import { giveUpAt, sleep, timeOver } from './give-up.ts'

/** How to wait for a person's answer. */
export interface WaitOptions {
  /** How long to wait, in milliseconds. @defaultValue 300 000 */
  readonly timeoutMs?: number | undefined
  /** Ends the waiting, which rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** How to poll. */
export interface PollOptions extends WaitOptions {
  readonly timeoutMs: number
  readonly pollIntervalMs: number
}

/** What there is to know of an approval at the moment. */
type Followed = CheckResult | 'pending' | 'missing' | 'failed'

/** How often an approval may be missing before it is taken for none: where servers share a database, they lag. */
const maxMissing = 3

/** How long the server is asked to hold back its answer. */
const holdMs = 30_000
const fallbackIntervalMs = 2_000

/**
 * Asks again and again, as version 1.0 does. Resolves to a denial when the time is over, or when there is no such
 * approval; throws an `AgentGuardAuthError` when the key is refused.
 */
export async function pollApproval(
  settings: Settings,
  id: string,
  { timeoutMs, pollIntervalMs, signal }: PollOptions
): Promise<CheckResult> {
  const deadline = Date.now() + timeoutMs
  let missing = 0
  while (Date.now() < deadline) {
    const found = await readStatus(settings, id, { route: 'status', deadline, signal })
    if (typeof found === 'object') return found
    missing = found === 'missing' ? missing + 1 : 0
    if (missing === maxMissing) return unknownApproval(id)
    await pause(pollIntervalMs * (0.8 + 0.4 * Math.random()), deadline, signal)
  }
  return timedOut
}

/**
 * Has the server say when there is an answer. Servers that cannot do that are polled. Resolves and throws like
 * {@link pollApproval}, but at once when there is no such approval.
 */
export async function awaitApproval(
  settings: Settings,
  id: string,
  { timeoutMs = 300_000, signal }: WaitOptions
): Promise<CheckResult> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    const asked = Date.now()
    const found = await readStatus(settings, id, { route: 'wait', deadline, signal })
    if (typeof found === 'object') return found
    if (found === 'missing') {
      const status = await readStatus(settings, id, { route: 'status', deadline, signal })
      if (typeof status === 'object') return status
      if (status === 'missing') return unknownApproval(id)
      const pollIntervalMs = fallbackIntervalMs
      return await pollApproval(settings, id, {
        timeoutMs: deadline - Date.now(),
        pollIntervalMs,
        signal
      })
    }
    // A server that does not hold back its answer MUST NOT be asked without end.
    const isHasty = Date.now() - asked < fallbackIntervalMs / 2
    if (found === 'failed' || isHasty) await pause(fallbackIntervalMs, deadline, signal)
  }
  return timedOut
}

interface Reading {
  readonly route: 'status' | 'wait'
  readonly deadline: number
  readonly signal: AbortSignal | undefined
}

async function readStatus(
  settings: Settings,
  id: string,
  { route, deadline, signal }: Reading
): Promise<Followed> {
  const url = approvalEndpoint(settings, route, id)
  if (url === undefined) return unknownApproval(id)
  const leftMs = Math.max(1, deadline - Date.now())
  const heldMs = route === 'wait' ? Math.min(holdMs, leftMs) : 0
  const query = route === 'wait' ? `?timeout=${Math.ceil(heldMs)}ms` : ''
  const over = timeOver(Math.min(settings.timeout + heldMs, leftMs))
  try {
    return await giveUpAt([signal, over], async (stopped) => {
      const headers = authHeaders(settings)
      const response = await send(settings, `${url}${query}`, { headers, signal: stopped })
      return response.ok ? readAnswer(await response.json()) : readRefusal(response, id)
    })
  } catch (error) {
    if (error instanceof AgentGuardAuthError) throw error
    if (signal?.aborted) throw signal.reason
    return 'failed'
  }
}

function readRefusal({ status, body }: Response, id: string): Followed {
  void body?.cancel().catch(() => {})
  if (status === 401 || status === 403) {
    throw new AgentGuardAuthError(
      `AgentGuard rejected status poll for ${id} with HTTP ${status} (check apiKey)`,
      status
    )
  }
  return status === 404 || status === 405 ? 'missing' : 'failed'
}

function readAnswer(body: unknown): Followed {
  const { status, decision, reason, expired } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (status === 'pending') return 'pending'
  if (status !== 'resolved' || (decision !== 'ALLOW' && decision !== 'DENY')) return 'failed'
  const why = expired === true ? 'Approval expired' : 'resolved'
  return checkResult({ decision, reason: typeof reason === 'string' ? reason : why })
}

/** Sleeps, but not beyond the deadline. */
async function pause(delayMs: number, deadline: number, signal?: AbortSignal): Promise<void> {
  await sleep(Math.min(delayMs, Math.max(0, deadline - Date.now())), signal)
}

/** Programs of version 1.0 know a time-out by this text. */
export const timeoutReason = 'Approval timed out'
const timedOut = checkResult({ decision: 'DENY', reason: timeoutReason })

function unknownApproval(id: string): CheckResult {
  const reason = `AgentGuard knows no approval ${JSON.stringify(id)}`
  return checkResult({ decision: 'DENY', reason }, { code: 'status', status: 404 })
}
