import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs the links in notifications, with which somebody may answer an approval without signing in. */
export interface ApprovalLinks {
  /** A token for one approval, good until a time in milliseconds since 1970. */
  create(approval: LinkedApproval, expiresAt: number): string
  /** Whether a token is ours, for this approval, and not over. */
  verify(token: string, approval: LinkedApproval, now: number): boolean
}

export interface LinkedApproval {
  readonly tenant: string
  readonly id: string
}

/**
 * The name under which links answer. It is one name for all links: an approval counts one answer of each name and
 * is answered once, so no link can be used twice, and of several people who have to agree links are one.
 */
export const linkHolder = 'link'

/**
 * Creates links with a key of at least 32 bytes.
 *
 * A token is `<expiry>.<HMAC-SHA256>`. The tenant and the approval are in the MAC and not in the token, so
 * that a token of one approval is of no use at another.
 */
export function createApprovalLinks(key: Uint8Array): ApprovalLinks {
  if (key.length < 32) throw new RangeError('the key must have at least 32 bytes')

  function mac({ tenant, id }: LinkedApproval, expiry: string): Buffer {
    // As JSON, no text of one member can look like the end of it.
    const signed = JSON.stringify(['approval-link', tenant, id, expiry])
    return createHmac('sha256', key).update(signed).digest()
  }

  return {
    create(approval, expiresAt) {
      const expiry = Math.floor(expiresAt / 1000).toString(36)
      return `${expiry}.${mac(approval, expiry).toString('base64url')}`
    },
    verify(token, approval, now) {
      const [, expiry, given] = tokenPattern.exec(token) ?? []
      if (expiry === undefined || given === undefined) return false
      const received = Buffer.from(given, 'base64url')
      const isOurs = timingSafeEqual(received, mac(approval, expiry))
      return isOurs && now < Number.parseInt(expiry, 36) * 1000
    }
  }
}

/** 43 characters of base64url are always 32 bytes. */
const tokenPattern = /^([0-9a-z]{1,10})\.([\w-]{43})$/
