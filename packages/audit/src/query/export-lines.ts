import type { AuditLog } from '../audit-log.ts'
import { isMetaLine, type LogLine } from '../chain/log-line.ts'
import type { AuditFilter } from './audit-filter.ts'

const pageLines = 500

/** Everything that a filter finds, as JSON Lines in UTF-8 text, page by page. */
export async function* exportJsonLines(
  log: Pick<AuditLog, 'query'>,
  filter: AuditFilter = {}
): AsyncGenerator<string> {
  for await (const lines of pages(log, filter)) {
    yield lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
}

/**
 * Everything that a filter finds, as CSV (RFC 4180) with a header, page by page.
 *
 * What a spreadsheet would take for a formula starts with an apostrophe, since agents choose the texts.
 */
export async function* exportCsv(
  log: Pick<AuditLog, 'query'>,
  filter: AuditFilter = {}
): AsyncGenerator<string> {
  yield csvRow(columns)
  for await (const lines of pages(log, filter)) yield lines.map(rowOf).join('')
}

const columns = [
  'seq',
  'timestamp',
  'tenant_id',
  'agent_id',
  'session_id',
  'decision',
  'scope',
  'action',
  'command',
  'path',
  'domain',
  'url',
  'est_cost',
  'reason',
  'matched_rule',
  'approval_id',
  'transport',
  'duration_ms',
  'request_id',
  'trace_id',
  'caller',
  'policy_digest',
  'meta',
  'actions',
  'event',
  'detail',
  'hash'
] as const

type Row = Partial<Record<(typeof columns)[number], unknown>>

async function* pages(
  log: Pick<AuditLog, 'query'>,
  filter: AuditFilter
): AsyncGenerator<readonly LogLine[]> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY
  let next: AuditFilter | undefined = filter
  while (next && left > 0) {
    const page = await log.query({ ...next, limit: Math.min(pageLines, left) })
    if (page.lines.length > 0) yield page.lines
    left -= page.lines.length
    const { cursor } = page
    next = cursor === undefined ? undefined : { ...filter, offset: 0, cursor }
  }
}

function rowOf(line: LogLine): string {
  const row: Row = isMetaLine(line)
    ? {
        seq: line.seq,
        timestamp: line._meta.created_at,
        event: line._meta.event,
        detail: line._meta.detail,
        hash: line.hash
      }
    : { ...line.request, ...line.result, ...line }
  return csvRow(columns.map((column) => row[column]))
}

function csvRow(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
