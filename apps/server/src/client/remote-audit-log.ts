import type { AuditFilter, AuditLog, AuditPage, LogLine } from '@agentguard/audit'
import { auditEntrySchema, auditMetaLineSchema } from '@agentguard/protocol'
import { readWire } from './read-wire.ts'
import { strangeAnswer } from './send-answer.ts'
import type { ReplyFailure, ServerClient } from './server-client.ts'

/** The header with which a server says where to go on. */
const nextCursorHeader = 'X-AgentGuard-Next-Cursor'

/** A log that could not be asked. */
export class RemoteLogError extends Error {
  override readonly name = 'RemoteLogError'
  readonly failure: ReplyFailure

  constructor(failure: ReplyFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** What is asked of a log over HTTP: its own tenant's lines. */
export type RemoteFilter = Omit<AuditFilter, 'tenant_id' | 'maxScanBytes' | 'maxBytes'>

/**
 * The audit log of a server. Lines stay as they came. Rejects with a {@link RemoteLogError}.
 *
 * A server of version 1.0 knows no cursors, times or orders. Pages are then found by counting, and an
 * answer that shows that it did not do what was asked is an error, not a wrong result.
 */
export function remoteAuditLog(client: ServerClient): Pick<AuditLog, 'query'> {
  return {
    async query(filter: RemoteFilter = {}, { signal } = {}) {
      const { cursor, offset = 0, ...rest } = filter
      const counted = /^offset:(\d+)$/.exec(cursor ?? '')?.[1]
      const start = Number(counted ?? offset)
      const place = cursor === undefined || counted !== undefined ? { offset: start } : { cursor }
      const query = toQuery({ ...rest, ...place })
      const reply = await client.request('v1/audit', { query, ...(signal ? { signal } : {}) })
      if (!reply.ok) throw new RemoteLogError(reply.failure)
      const found = reply.body ?? []
      if (!Array.isArray(found)) throw new RemoteLogError(strangeAnswer)
      const lines = found.filter(isLine)
      checkAnswer(lines, filter)
      const next = reply.headers.get(nextCursorHeader) ?? countOn(found.length, start, filter)
      const more = next === undefined ? {} : { cursor: next }
      return { lines, unreadable: found.length - lines.length, ...more } satisfies AuditPage
    }
  }
}

/** Where to go on in a log that has no cursors: only behind a page that is full. */
function countOn(
  found: number,
  start: number,
  { limit, cursor }: RemoteFilter
): string | undefined {
  const isCounting = cursor === undefined || cursor.startsWith('offset:')
  return isCounting && limit !== undefined && found >= limit ? `offset:${start + found}` : undefined
}

function toQuery(filter: RemoteFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === '' || (name === 'offset' && value === 0)
        ? []
        : [[name, String(value)]]
    )
  )
}

function isLine(value: unknown): value is LogLine {
  const isMeta = typeof value === 'object' && value !== null && '_meta' in value
  const read = isMeta ? readWire(auditMetaLineSchema, value) : readWire(auditEntrySchema, value)
  return read !== undefined
}

/** Clocks of several processes, and entries that overtake each other. */
const toleranceMs = 60_000

/** Finds out whether a server did not understand what was asked. */
function checkAnswer(lines: readonly LogLine[], { since, until, order }: RemoteFilter): void {
  const times = lines.map(timeOf)
  const isOld = since !== undefined && times.some((at) => at < Date.parse(since) - 1)
  const isLate = until !== undefined && times.some((at) => at > Date.parse(until) + 1)
  const [first = 0] = times
  const isForward = order === 'desc' && first + toleranceMs < (times.at(-1) ?? 0)
  if (!isOld && !isLate && !isForward) return
  throw new RemoteLogError({
    code: 'not_supported',
    message: 'the server cannot search its log by time or from its end',
    next: 'It is of an earlier version. Use --offset and --limit, or read its log file.'
  })
}

/** When a line was written, in milliseconds. */
export function timeOf(line: LogLine): number {
  return Date.parse('_meta' in line ? line._meta.created_at : line.timestamp)
}
