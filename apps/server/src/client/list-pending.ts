import { type Approval, approvalSchema } from '@agentguard/protocol'
import { readWire } from './read-wire.ts'
import { strangeAnswer } from './send-answer.ts'
import type { ReplyFailure, ServerClient } from './server-client.ts'

/** An approval that waits, with the ids of all that wait for the same, its own included. */
export type PendingApproval = Approval & { readonly alike: readonly string[] }

export type PendingList =
  | {
      readonly ok: true
      readonly approvals: readonly PendingApproval[]
      /** The answer as it came. */
      readonly body: unknown
      /** How many of them cannot be read. */
      readonly unreadable: number
    }
  | { readonly ok: false; readonly failure: ReplyFailure }

/** Whether a server that says 404 means the tenant. Else it does not offer what waits. */
export function isUnknownTenant({ status, message }: ReplyFailure): boolean {
  return status === 404 && message === 'tenant not found'
}

/** Asks what waits for a person. The oldest is first. */
export async function listPending(
  client: ServerClient,
  signal?: AbortSignal
): Promise<PendingList> {
  const reply = await client.request('api/pending', signal ? { signal } : {})
  if (!reply.ok) return reply
  const body = reply.body ?? []
  if (!Array.isArray(body)) return { ok: false, failure: strangeAnswer }
  const read = body.map(readPending)
  const approvals = read
    .filter((one) => one !== undefined)
    .filter(({ resolved }) => !resolved)
    .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at))
  const unreadable = read.filter((one) => one === undefined).length
  return { ok: true, approvals, body, unreadable }
}

function readPending(item: unknown): PendingApproval | undefined {
  const approval = readWire(approvalSchema, item)
  if (!approval) return undefined
  const { alike } = item as { alike?: unknown }
  const ids = Array.isArray(alike) ? alike.filter((id) => typeof id === 'string') : []
  return { ...approval, alike: ids.length > 0 ? ids : [approval.id] }
}
