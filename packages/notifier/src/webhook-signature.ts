import { createHmac, timingSafeEqual } from 'node:crypto'

/** The signed headers of a webhook, as the Standard Webhooks specification names them. */
export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** What is signed: a body, its id, and the second in which it is sent. */
export interface SignedWebhook {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
  /** `whsec_` and base64, or any text of at least 16 bytes. Several sign several times. */
  readonly secrets: readonly string[]
}

const prefix = 'whsec_'
const leastKey = 16

/** Signs a webhook: Standard Webhooks, version 1, HMAC-SHA256. */
export function signWebhook({ id, timestamp, body, secrets }: SignedWebhook): WebhookHeaders {
  const signatures = secrets.map((secret) => `v1,${sign(id, `${timestamp}`, body, secret)}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': signatures.join(' ')
  }
}

function sign(id: string, timestamp: string, body: string, secret: string): string {
  return createHmac('sha256', webhookKey(secret))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
}

/** The bytes of a secret. Throws a `TypeError` for a secret that is too short. */
export function webhookKey(secret: string): Buffer {
  const key = secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret)
  if (key.length < leastKey) throw new TypeError(`a webhook secret has at least ${leastKey} bytes`)
  return key
}

/** What {@link verifyWebhook} needs to know. */
export interface ReceivedWebhook {
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The body, as it came: every byte counts. */
  readonly body: string
  readonly secrets: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /**
   * How old or how early a webhook may be.
   *
   * @defaultValue 300000
   */
  readonly toleranceMs?: number
  /** Whether this id was received before. Ids MUST be remembered for twice the tolerance. */
  readonly wasReceived?: (id: string) => boolean
}

/** Whether a webhook is genuine, or why not. */
export type WebhookVerification =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: 'incomplete' | 'too_old' | 'forged' | 'repeated' }

const fiveMinutes = 300_000

/** Verifies a webhook: its signature, its time, and that it was not received before. */
export function verifyWebhook({
  headers,
  body,
  secrets,
  now,
  toleranceMs = fiveMinutes,
  wasReceived = () => false
}: ReceivedWebhook): WebhookVerification {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
    return { ok: false, reason: 'incomplete' }
  }
  if (!isRecent(timestamp, now, toleranceMs)) return { ok: false, reason: 'too_old' }
  const given = signatures.split(' ').filter((signature) => signature.startsWith('v1,'))
  const isGenuine = secrets.some((secret) => {
    const expected = `v1,${sign(id, timestamp, body, secret)}`
    return given.some((signature) => isSame(signature, expected))
  })
  if (!isGenuine) return { ok: false, reason: 'forged' }
  return wasReceived(id) ? { ok: false, reason: 'repeated' } : { ok: true, id }
}

/** Whether a time in seconds is near. */
export function isRecent(timestamp: string, now: number, toleranceMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= toleranceMs
}

/** Compares in a time that does not tell where two texts differ. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
