import type { Notifications, NotificationTarget } from '../document.ts'
import { decodeOptionalDuration } from './decode-duration.ts'
import { decodeRegex } from './decode-regex.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'

const defaultDispatchTimeoutMs = 10_000

/** Decodes `notifications`. */
export function decodeNotifications(decoder: Decoder, item: Item | undefined): Notifications {
  const fields = decoder.fields(item, policyKeys.notifications)
  const redaction = decoder.fields(fields.get('redaction'), policyKeys.redaction)
  const patterns = decoder
    .list(redaction.get('extra_patterns'))
    .map((pattern) => decodeRegex(decoder, pattern, 'redaction'))
  const timeout = decodeTimeout(decoder, fields.get('dispatch_timeout'))
  return {
    approval_required: decodeTargets(decoder, fields.get('approval_required')),
    on_deny: decodeTargets(decoder, fields.get('on_deny')),
    redaction: { extra_patterns: patterns.filter((pattern) => pattern !== undefined) },
    dispatchTimeoutMs: timeout ?? defaultDispatchTimeoutMs
  }
}

function decodeTargets(decoder: Decoder, list: Item | undefined): NotificationTarget[] {
  return decoder.list(list).map((item) => {
    const fields = decoder.fields(item, policyKeys.target)
    const timeoutMs = decodeTimeout(decoder, fields.get('timeout'))
    return {
      type: decoder.text(fields.get('type')),
      url: decoder.text(fields.get('url')),
      level: decoder.text(fields.get('level')),
      ...(timeoutMs !== undefined && { timeoutMs })
    }
  })
}

function decodeTimeout(decoder: Decoder, item: Item | undefined): number | undefined {
  const report = { label: item?.path ?? '', stage: 'tunables' } as const
  return decodeOptionalDuration(decoder, item, report)?.ms
}
