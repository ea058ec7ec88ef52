import type { AuditEntry, AuditMetaLine } from '@agentguard/protocol'
import { isMetaLine, type LogLine, timeOf } from '../chain/log-line.ts'
import { keyNames, type LineKeys, lineKeys } from './line-keys.ts'
import { sortableTime } from './sortable-time.ts'

/** What is looked for. All of it must hold; what is absent or empty is not asked. */
export interface AuditFilter {
  /** Whose. `local` is the tenant of lines that name none. */
  readonly tenant_id?: string
  readonly agent_id?: string
  readonly session_id?: string
  readonly decision?: string
  readonly scope?: string
  /** `sdk` is the transport of entries that name none. */
  readonly transport?: string
  readonly request_id?: string
  readonly trace_id?: string
  /** Events of this kind, or of every kind: `*`. Without it, verdicts are found and no events. */
  readonly kind?: string
  /** From this time on (RFC 3339). */
  readonly since?: string
  /** Before this time. */
  readonly until?: string
  /** A text that occurs in what was asked, by whom, or why; in any case of letters. */
  readonly text?: string
  /**
   * Which lines come first.
   *
   * @defaultValue `asc`: the oldest
   */
  readonly order?: 'asc' | 'desc'
  /**
   * How many lines at most.
   *
   * @defaultValue 100
   */
  readonly limit?: number
  /** How large the lines may be together, in characters. There is one line at least. */
  readonly maxBytes?: number
  /**
   * How many matches to skip.
   *
   * @defaultValue 0
   */
  readonly offset?: number
  /** Where to go on: the cursor of the page before, for the same filter. */
  readonly cursor?: string
  /** Answer with what was found after reading about so much, with a cursor to go on with. */
  readonly maxScanBytes?: number
}

/** A filter, ready to be asked about many lines. */
export interface LineFilter {
  /** The keys that a line must have; `undefined` where any will do. */
  readonly keys: LineKeys
  /** The times that a line must lie in, in sortable form. */
  readonly since: string | undefined
  readonly until: string | undefined
  /** Whether a line of this text may match. Fast; never wrong when it says no. */
  mayMatch(text: string): boolean
  matches(line: LogLine): boolean
}

/** Makes a filter ready. Throws a RangeError for a time that is none. */
export function compileFilter(filter: AuditFilter): LineFilter {
  const keys = keysOf(filter)
  const since = parseTime(filter.since)
  const until = parseTime(filter.until)
  const needle = filter.text?.toLowerCase() ?? ''
  const hints = hintsOf(filter)
  const { kind = '' } = filter
  const names = entryNames.filter((name) => filter[name])
  return {
    keys,
    since,
    until,
    mayMatch: (text) => hints.every((hint) => text.includes(hint)),
    matches(line) {
      if (isMetaLine(line) !== (kind !== '')) return false
      const own = lineKeys(line)
      if (!keys.every((key, index) => key === undefined || key === own[index])) return false
      if (isMetaLine(line) && line._meta.event === undefined) return false
      if (!names.every((name) => !isMetaLine(line) && line[name] === filter[name])) return false
      return isWithin(timeOf(line), since, until) && (needle === '' || hasText(line, needle))
    }
  }
}

/** Members that only entries have, and that must be as wanted. */
const entryNames = ['request_id', 'trace_id'] as const

function keysOf(filter: AuditFilter): LineKeys {
  return keyNames.map((name) => {
    const value = filter[name]
    return value === '' || (name === 'kind' && value === '*') ? undefined : value
  })
}

/** Texts that every matching line holds. Only from values that have one spelling in JSON. */
function hintsOf({ agent_id, session_id, request_id, trace_id, kind }: AuditFilter): string[] {
  return Object.entries({ agent_id, session_id, request_id, trace_id }).flatMap(([name, value]) => {
    if (kind || value === undefined || !/^[\w .:@/-]+$/.test(value)) return []
    return `"${name}":"${value}"`
  })
}

function parseTime(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  const time = sortableTime(text)
  if (time === undefined) throw new RangeError('expected a time of RFC 3339')
  return time
}

function isWithin(text: string, since: string | undefined, until: string | undefined): boolean {
  if (since === undefined && until === undefined) return true
  const time = sortableTime(text)
  if (time === undefined) return false
  return (since === undefined || time >= since) && (until === undefined || time < until)
}

function hasText(line: LogLine, needle: string): boolean {
  return isMetaLine(line) ? holds(searchedIn(line), needle) : holds(searchedInEntry(line), needle)
}

function searchedIn(line: AuditMetaLine): unknown[] {
  return [line._meta.event, line._meta.detail]
}

function searchedInEntry(line: AuditEntry): unknown[] {
  const { agent_id, session_id, request, result, effect, caller, request_id, trace_id } = line
  return [agent_id, session_id, request, result, effect, caller, request_id, trace_id]
}

function holds(value: unknown, needle: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(needle)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((part) => holds(part, needle))
}
