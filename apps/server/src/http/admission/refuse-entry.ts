import { type Answer, textAnswer } from '../answer.ts'
import { batchDenialAnswer, denialAnswer } from '../denial-answer.ts'
import type { Entered, RefusalReason, RequestKind } from './admission.ts'

const words: Readonly<Record<RefusalReason, string>> = {
  connections: 'too many connections; retry later',
  peer_rate: 'too many requests; retry later',
  in_flight: 'the server is overloaded; retry later',
  waiting: 'too many clients wait already; retry later',
  body_memory: 'the server is overloaded; retry later',
  agent_rate: 'too many requests; retry later',
  agent_in_flight: 'the server is overloaded; retry later'
}

/** What is said to who is not let in. Checks get verdicts: some clients take an HTTP error for a yes. */
export function refuseEntry(
  { reason, retryAfterMs }: Extract<Entered, { ok: false }>,
  kind: RequestKind
): Answer {
  const retry = { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }
  const said = words[reason]
  if (kind === 'check') return denialAnswer('deny:server:overload', said, retry)
  if (kind === 'batch') return batchDenialAnswer('deny:server:overload', said, retry)
  return textAnswer(reason === 'peer_rate' ? 429 : 503, said, retry)
}
