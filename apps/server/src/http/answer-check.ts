import type { Policy } from '@agentguard/policy'
import { parseActionRequest } from '@agentguard/protocol'
import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import { denialAnswer, timingHeaders } from './denial-answer.ts'
import { encodeJson } from './encode-json.ts'
import { createVerdictEncoder } from './encode-verdict.ts'

export interface CheckDeps {
  /** The policy in force. It is asked for once per check. */
  readonly policy: () => Policy
  /** Told what failed when a check could not be judged. */
  readonly onFault?: ((error: unknown) => void) | undefined
  /** Told of every check that was judged. */
  readonly onCheck?: (() => void) | undefined
  /** Milliseconds from any start. @defaultValue performance.now */
  readonly now?: (() => number) | undefined
}

/** Answers the body of a `POST /v1/check`. Never throws. */
export type AnswerCheck = (body: Uint8Array) => Answer

/**
 * Creates what answers checks.
 *
 * Fails closed. INVARIANT: what can be read as an action is answered with a verdict, and with a denial
 * if judging it fails: some clients take an HTTP error for a yes.
 */
export function createAnswerCheck({
  policy,
  onFault = () => {},
  onCheck = () => {},
  now = () => performance.now()
}: CheckDeps): AnswerCheck {
  const encode = createVerdictEncoder()

  function answer(body: Uint8Array): Answer {
    const parsed = parseActionRequest(body)
    if (!parsed.ok) {
      const { code, message } = parsed.error
      if (code === 'too_large')
        return denialAnswer('deny:request:too_large', `Request too large: ${message}`)
      return textAnswer(400, `Invalid request: ${message}`)
    }
    const received = parsed.action.schema_version
    if (received && received !== 'v1') return unsupportedVersion(received)
    const start = now()
    const verdict = policy().check(parsed.action)
    const policyMs = now() - start
    onCheck()
    return jsonAnswer(200, encode(verdict), timingHeaders(policyMs, now() - start))
  }

  return (body) => {
    try {
      return answer(body)
    } catch (error) {
      onFault(error)
      return denialAnswer('deny:guard:policy', 'The policy engine failed')
    }
  }
}

function unsupportedVersion(received: string): Answer {
  return jsonAnswer(400, encodeJson({ error: 'unsupported schema_version; expected v1', received }))
}
