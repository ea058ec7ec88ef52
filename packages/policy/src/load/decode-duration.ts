import { goQuote } from '@agentguard/protocol/printable'
import type { Duration } from '../document.ts'
import { formatDuration, parseDuration } from '../duration.ts'
import type { Decoder } from './decoder.ts'
import type { IssueCode } from './issue-code.ts'
import type { Stage } from './issue-list.ts'
import type { Item } from './open-node.ts'

/** How a duration that is none, or none above zero, is reported. */
export interface DurationReport {
  /** The place as the message names it. */
  readonly label: string
  readonly stage?: Stage
  /** @defaultValue `invalid_duration` for a text that is none, `not_positive` for zero and below */
  readonly code?: IssueCode
}

/** A duration above zero. */
export function decodeDuration(
  decoder: Decoder,
  item: Item,
  { label, stage, code }: DurationReport
): Duration | undefined {
  const { offset, path } = item
  const text = decoder.scalar(item)
  if (text === undefined) return undefined
  const parsed = parseDuration(text)
  if (!parsed.ok) {
    const message = `${label}: ${parsed.error}`
    decoder.issues.add({ code: code ?? 'invalid_duration', path, offset, message, stage })
    return undefined
  }
  if (parsed.nanos <= 0n) {
    const message = `${label}: must be > 0, got ${goQuote(text)}`
    decoder.issues.add({ code: code ?? 'not_positive', path, offset, message, stage })
    return undefined
  }
  const ms = Number(parsed.nanos) / 1e6
  return { text, ms, formatted: formatDuration(parsed.nanos) }
}

/** A duration above zero where an empty text is as good as none. */
export function decodeOptionalDuration(
  decoder: Decoder,
  item: Item | undefined,
  report: DurationReport
): Duration | undefined {
  return item && decoder.text(item) !== '' ? decodeDuration(decoder, item, report) : undefined
}
