import type { Settings } from './agentguard-options.ts'
import { type CheckResult, checkResult, denial } from './check-result.ts'
import { approvalEndpoint } from './endpoint.ts'
import { AgentGuardAuthError, type AgentGuardRequestError } from './errors.ts'
import { readResource } from './read-resource.ts'
import { sleep } from './within.ts'

/** How to wait for a person's answer. */
export interface WaitOptions {
  /** How long to wait, in milliseconds. @defaultValue 300 000 */
  readonly timeoutMs?: number | undefined
  /** Ends the waiting, which rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** How to follow an approval. */
export interface FollowOptions extends WaitOptions {
  /** How often to ask, in milliseconds; undefined to have the server say when there is an answer. */
  readonly pollIntervalMs?: number | undefined
}

/** What there is to know of an approval at the moment. */
type Followed = CheckResult | 'pending' | 'missing' | 'failed'

/** How often an approval may be missing before it is taken for none: servers that share a database can lag. */
const maxMissing = 3

/** How long the server is asked to hold back its answer. */
const holdMs = 30_000
/** How often to ask a server that does not hold it back. */
const fallbackIntervalMs = 2_000

/**
 * Asks until a person has answered. Resolves to a denial when the time is over, or when there is no such approval;
 * throws an `AgentGuardAuthError` when the key is refused. Servers that cannot say when there is an answer are polled.
 */
export async function followApproval(
  settings: Settings,
  id: string,
  { timeoutMs = 300_000, pollIntervalMs, signal }: FollowOptions
): Promise<CheckResult> {
  const deadline = Date.now() + timeoutMs
  let holds = pollIntervalMs === undefined
  let missing = 0
  while (Date.now() < deadline) {
    const asked = Date.now()
    const found = await readStatus(settings, id, { holds, deadline, signal })
    if (typeof found === 'object') return found
    if (found === 'missing' && holds) {
      // Either the approval or the route; the other route tells.
      holds = false
      missing = maxMissing - 1
      continue
    }
    missing = found === 'missing' ? missing + 1 : 0
    if (missing === maxMissing) return unknownApproval(id)
    // A server that does not hold back its answer MUST NOT be asked without end.
    if (holds && found === 'pending' && Date.now() - asked >= fallbackIntervalMs) continue
    const delayMs = (pollIntervalMs ?? fallbackIntervalMs) * (0.8 + 0.4 * Math.random())
    await sleep(Math.min(delayMs, Math.max(0, deadline - Date.now())), signal)
  }
  return denial(timeoutReason)
}

interface Asking {
  readonly holds: boolean
  readonly deadline: number
  readonly signal: AbortSignal | undefined
}

async function readStatus(
  settings: Settings,
  id: string,
  { holds, deadline, signal }: Asking
): Promise<Followed> {
  const url = approvalEndpoint(settings, holds ? 'wait' : 'status', id)
  if (url === undefined) return unknownApproval(id)
  const leftMs = Math.max(1, deadline - Date.now())
  const heldMs = holds ? Math.min(holdMs, Math.ceil(leftMs)) : 0
  const timeoutMs = Math.min(settings.timeout + heldMs, leftMs)
  const what = `status poll for ${id}`
  try {
    const query = holds ? `?timeout=${heldMs}ms` : ''
    return readAnswer((await readResource(settings, url + query, { what, signal, timeoutMs })).body)
  } catch (error) {
    if (signal?.aborted || error instanceof AgentGuardAuthError) throw error
    const { status } = error as AgentGuardRequestError
    return status === 404 || status === 405 ? 'missing' : 'failed'
  }
}

function readAnswer(body: unknown): Followed {
  const { status, decision, reason, expired } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (status === 'pending') return 'pending'
  if (status !== 'resolved' || (decision !== 'ALLOW' && decision !== 'DENY')) return 'failed'
  const why = expired ? timeoutReason : 'resolved'
  return checkResult({ decision, reason: typeof reason === 'string' ? reason : why })
}

/** Programs of version 1.0 know a time-out by this text. */
export const timeoutReason = 'Approval timed out'

function unknownApproval(id: string): CheckResult {
  const fault = { code: 'status', status: 404 } as const
  return denial(`AgentGuard knows no approval ${id}`, fault)
}
