import {
  type AuditEntry,
  type AuditMetaLine,
  auditEntrySchema,
  auditMetaLineSchema
} from '@agentguard/protocol'
import { readWire } from '../client/read-wire.ts'

/** A line of a log, of ours or of AgentGuard 1.0. */
export type ParsedLogLine =
  | {
      readonly kind: 'entry'
      readonly entry: AuditEntry /** In milliseconds. */
      readonly at: number
    }
  | { readonly kind: 'event'; readonly event: AuditMetaLine }

/** Reads a line of a log. Undefined for what is none. */
export function parseLogLine(text: string | undefined): ParsedLogLine | undefined {
  const value = parse(text)
  if (typeof value === 'object' && value !== null && '_meta' in value) {
    const event = readWire(auditMetaLineSchema, value)
    return event && { kind: 'event', event }
  }
  const entry = readWire(auditEntrySchema, value)
  const at = Date.parse(entry?.timestamp ?? '')
  return entry === undefined || Number.isNaN(at) ? undefined : { kind: 'entry', entry, at }
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
