import { goQuote } from '@agentguard/protocol/printable'
import type { Condition } from '../document.ts'
import { decodeOptionalDuration } from './decode-duration.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'

const defaultWindowMs = 3_600_000

/** The rule that a condition belongs to, as messages name it. */
export interface ConditionPlace {
  /** Such as `rules[0](shell).deny[1]`. */
  readonly label: string
  /** The rule's pattern, action or domain. */
  readonly subject: string
}

/** Decodes one item of a rule's `conditions`. */
export function decodeCondition(decoder: Decoder, item: Item, place: ConditionPlace): Condition {
  const { issues } = decoder
  const fields = decoder.fields(item, policyKeys.condition)
  const require_prior = decoder.text(fields.get('require_prior'))
  const window = fields.get('time_window')
  const time_window = decoder.text(window)
  const index = item.path.slice(item.path.lastIndexOf('['))
  const label = `${place.label}.conditions${index}.time_window`
  const parsed = decodeOptionalDuration(decoder, window, { label, stage: 'rules' })
  if (window && time_window !== '' && require_prior === '') {
    const message = `${place.label}(${goQuote(place.subject)}).conditions${index}: time_window without require_prior is rejected; pair time_window with require_prior or remove it`
    const { path, offset } = window
    issues.add({ code: 'orphan_time_window', path, offset, message, stage: 'orphan_window' })
  }
  return { require_prior, time_window, windowMs: parsed?.ms ?? defaultWindowMs }
}
