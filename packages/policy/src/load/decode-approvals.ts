import type { ApprovalSettings } from '../document.ts'
import { decodeCount } from './decode-count.ts'
import { decodeDuration } from './decode-duration.ts'
import { decodeNames } from './decode-names.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'

/** Decodes `approvals`. */
export function decodeApprovals(decoder: Decoder, item: Item | undefined): ApprovalSettings {
  const fields = decoder.fields(item, policyKeys.approvals)
  const expiry = fields.get('expires')
  const expires =
    expiry && decodeDuration(decoder, expiry, { label: expiry.path, code: 'invalid_expires' })
  const quorum = decodeCount(decoder, fields.get('quorum'), 'invalid_quorum')
  const roles = decodeNames(decoder, fields.get('roles'), 'invalid_roles')
  return {
    ...(expires && { expires }),
    ...(quorum !== undefined && { quorum }),
    ...(roles && { roles })
  }
}
