import { goQuote } from '@agentguard/protocol/printable'
import type { RateLimit } from '../document.ts'
import { decodeCount } from './decode-count.ts'
import { decodeDuration } from './decode-duration.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'
import type { RuleSetPlace } from './rule-set-place.ts'

const noDuration = { text: '', ms: 0, formatted: '0s' }

/** Decodes the `rate_limit` of a rule set. */
export function decodeRateLimit(decoder: Decoder, item: Item, { label }: RuleSetPlace): RateLimit {
  const { issues } = decoder
  const fields = decoder.fields(item, policyKeys.rateLimit)
  const maximum = fields.get('max_requests')
  const max_requests = maximum ? decoder.integer(maximum) : 0n
  if (max_requests !== undefined && max_requests <= 0n) {
    const message = `${label}.rate_limit.max_requests: must be > 0, got ${max_requests}`
    const path = `${item.path}.max_requests`
    const { offset } = maximum ?? item
    issues.add({ code: 'not_positive', path, offset, message, stage: 'rules' })
  }
  const window = decodeWindow(decoder, fields.get('window'), item, label)
  const burst = decodeCount(decoder, fields.get('burst'), 'invalid_burst')
  return {
    max_requests: Number(max_requests ?? 0n),
    window: window ?? noDuration,
    ...(burst !== undefined && { burst })
  }
}

function decodeWindow(decoder: Decoder, window: Item | undefined, owner: Item, place: string) {
  const label = `${place}.rate_limit.window`
  if (window) return decodeDuration(decoder, window, { label, stage: 'rules' })
  const path = `${owner.path}.window`
  const message = `${label}: time: invalid duration ${goQuote('')}`
  const { offset } = owner
  decoder.issues.add({ code: 'invalid_duration', path, offset, message, stage: 'rules' })
  return undefined
}
