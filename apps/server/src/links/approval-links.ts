import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Signs the links in notifications, with which one person may answer one approval without signing in. */
export interface ApprovalLinks {
  /** A token for one approval. It ends when the approval stops waiting. */
  create(link: ApprovalLink): string
  /** What a token says; undefined if it is not ours, not for this approval, or over. */
  verify(
    token: string,
    approval: { tenant: string; id: string },
    now: number
  ): LinkHolder | undefined
}

export interface ApprovalLink {
  readonly tenant: string
  readonly id: string
  /** Until when it may be used, in milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * Whoever holds a link. The name is that of the link: approvals count one answer of each name, and are
 * answered once, so that a link cannot be used twice.
 */
export interface LinkHolder {
  readonly name: string
}

const nonceBytes = 12

/**
 * Creates links with a key of at least 32 bytes.
 *
 * A token is `<expiry>.<nonce>.<HMAC-SHA256>`. The tenant and the approval are in the MAC and not in
 * the token, so that a token of one approval is of no use at another.
 */
export function createApprovalLinks(
  key: Uint8Array,
  newNonce: () => string = () => randomBytes(nonceBytes).toString('base64url')
): ApprovalLinks {
  if (key.length < 32) throw new RangeError('the key must have at least 32 bytes')

  function mac(tenant: string, id: string, expiry: string, nonce: string): Buffer {
    // As JSON, no text of one member can look like the end of it.
    const signed = JSON.stringify(['approval-link', tenant, id, expiry, nonce])
    return createHmac('sha256', key).update(signed).digest()
  }

  return {
    create({ tenant, id, expiresAt }) {
      const expiry = Math.floor(expiresAt / 1000).toString(36)
      const nonce = newNonce()
      return `${expiry}.${nonce}.${mac(tenant, id, expiry, nonce).toString('base64url')}`
    },
    verify(token, { tenant, id }, now) {
      const parts = tokenPattern.exec(token)
      if (!parts) return undefined
      const [, expiry = '', nonce = '', given = ''] = parts
      const expected = mac(tenant, id, expiry, nonce)
      const received = Buffer.from(given, 'base64url')
      if (received.length !== expected.length || !timingSafeEqual(received, expected))
        return undefined
      if (now >= Number.parseInt(expiry, 36) * 1000) return undefined
      return { name: `link:${nonce}` }
    }
  }
}

const tokenPattern = /^([0-9a-z]{1,10})\.([\w-]{16})\.([\w-]{43})$/
