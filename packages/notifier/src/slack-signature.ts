import { createHmac } from 'node:crypto'
import { isRecent, isSame } from './webhook-signature.ts'

/** A request that claims to come from Slack. */
export interface SlackRequest {
  /** The app's signing secret. */
  readonly signingSecret: string
  /** The header `X-Slack-Request-Timestamp`. */
  readonly timestamp: string | undefined
  /** The header `X-Slack-Signature`. */
  readonly signature: string | undefined
  /** The body, as it came: every byte counts. */
  readonly body: string
  /** Milliseconds since 1970. */
  readonly now: number
  /**
   * How old or how early the request may be.
   *
   * @defaultValue 300000
   */
  readonly toleranceMs?: number
}

const fiveMinutes = 300_000

/** Whether a request comes from Slack, now: its signature scheme, version 0. */
export function verifySlackSignature({
  signingSecret,
  timestamp,
  signature,
  body,
  now,
  toleranceMs = fiveMinutes
}: SlackRequest): boolean {
  if (signingSecret === '' || timestamp === undefined || signature === undefined) return false
  if (!isRecent(timestamp, now, toleranceMs)) return false
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return isSame(signature, `v0=${digest}`)
}
