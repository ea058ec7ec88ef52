import type { ReplyFailure, ServerClient } from './server-client.ts'

/** What a person says to a request for approval. */
export interface PersonsAnswer {
  readonly name: 'approve' | 'deny'
  readonly id: string
  readonly comment?: string | undefined
  /** Of those that wait for the same: the ids that the person has seen. Without it all are answered. */
  readonly only?: readonly string[]
}

export type SentAnswer =
  | { readonly ok: true; readonly status: string; readonly body: object }
  | { readonly ok: false; readonly failure: ReplyFailure }

/** Sends an answer. */
export async function sendAnswer(
  client: ServerClient,
  { name, id, comment, only }: PersonsAnswer
): Promise<SentAnswer> {
  // A path of dots would be another path.
  if (/^\.*$/.test(id)) {
    return { ok: false, failure: { code: 'wrong_id', message: 'that is no id of an approval' } }
  }
  const body = { ...(comment === undefined ? {} : { comment }), ...(only ? { only } : {}) }
  const path = `v1/${name}/${encodeURIComponent(id)}`
  const reply = await client.request(path, { method: 'POST', body })
  if (!reply.ok) return reply
  if (typeof reply.body === 'object' && reply.body !== null && 'status' in reply.body) {
    const { status } = reply.body
    if (typeof status === 'string') return { ok: true, status, body: reply.body }
  }
  return { ok: false, failure: strangeAnswer }
}

/** An answer that is JSON and makes no sense. */
export const strangeAnswer: ReplyFailure = {
  code: 'not_ours',
  message: 'the answer is not one of AgentGuard',
  next: 'Look at --url: is that an AgentGuard server, and nothing in front of it?'
}
