import { encodeJson } from '../http/encode-json.ts'
import { formatEventId } from './event-id.ts'

/** The events of one line of the log, as they are sent. Encoded once, and shared by all subscribers. */
export interface Frame {
  /** The number of the line. */
  readonly seq: number
  readonly bytes: Buffer
  /** How many events it holds: one or two. */
  readonly events: number
  /** Where the last event starts. */
  readonly lastAt: number
}

/** What is told beside the events of AgentGuard 1.0. docs/observability.md says when, and a test compares. */
export const namedEvents = [
  'approval_required',
  'approval_resolved',
  'approval_voted',
  'approval_consumed',
  'approval_expired',
  'policy_loaded',
  'policy_failed',
  'policy_removed',
  'health',
  'reset'
] as const
type NamedEvent = (typeof namedEvents)[number]

/** An event before it is encoded. */
export interface FeedEvent {
  /** Absent for the events of AgentGuard 1.0: they have no name on the wire, so that `onmessage` gets them. */
  readonly name?: NamedEvent
  readonly data: Readonly<Record<string, unknown>>
}

/** Encodes the events of one line: one or two of them. */
export function encodeFrame(seq: number, events: readonly FeedEvent[]): Frame {
  const texts = events.map((event, at) =>
    encodeEvent(event, formatEventId(seq, at < events.length - 1))
  )
  const last = Buffer.from(texts.at(-1) ?? '')
  const before = Buffer.from(texts.slice(0, -1).join(''))
  const bytes = before.length === 0 ? last : Buffer.concat([before, last])
  return { seq, bytes, events: events.length, lastAt: before.length }
}

/**
 * One event. What has no name starts with its data, as in AgentGuard 1.0, and what has one does not: a
 * reader that looks at the start of a block sees only what it knows.
 */
function encodeEvent({ name, data }: FeedEvent, id: string): string {
  const json = encodeJson(data)
  return name === undefined
    ? `data: ${json}id: ${id}\n\n`
    : `event: ${name}\ndata: ${json}id: ${id}\n\n`
}
