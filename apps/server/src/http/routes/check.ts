import { Hono } from 'hono'
import { type Answer, textAnswer } from '../answer.ts'
import type { AnswerCheck } from '../answer-check.ts'
import { readStream } from '../read-body.ts'
import { toResponse } from '../to-response.ts'

export interface CheckRouteDeps {
  readonly answerCheck: AnswerCheck
  /** The longest body of a check. It is asked for once per check. */
  readonly maxBodyBytes: () => number
}

/** `POST /v1/check`. */
export function checkRoute({ answerCheck, maxBodyBytes }: CheckRouteDeps): Hono {
  return new Hono().all(checkPath, async (c) => {
    if (c.req.method !== 'POST') return toResponse(textAnswer(405, 'Method not allowed'))
    const maxBytes = maxBodyBytes()
    const body = await readStream(c.req.raw.body, maxBytes)
    if (body === 'too_large') return toResponse(bodyTooLarge(maxBytes))
    if (body === 'aborted') return toResponse(textAnswer(400, 'Invalid request: unexpected EOF'))
    return toResponse(answerCheck(body))
  })
}

export const checkPath = '/v1/check'

/** The rest of such a body is not read, so the connection cannot be used again. */
export function bodyTooLarge(maxBytes: number): Answer {
  return textAnswer(413, `Request body too large (limit ${maxBytes} bytes)`, {
    Connection: 'close'
  })
}
