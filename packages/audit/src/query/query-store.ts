import type { AuditPage } from '../audit-log.ts'
import type { AuditStore, StoredLine } from '../audit-store.ts'
import type { LogLine } from '../chain/log-line.ts'
import { type AuditFilter, compileFilter, type LineFilter } from './audit-filter.ts'
import { parseLine } from './parse-line.ts'

/** One page of what a filter finds in a store. Throws a RangeError for a filter that cannot be. */
export async function queryStore(
  store: Pick<AuditStore, 'scan'>,
  filter: AuditFilter,
  signal?: AbortSignal
): Promise<AuditPage> {
  const { order = 'asc', limit = 100, offset = 0 } = filter
  const { maxScanBytes = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = filter
  if (!(limit >= 1) || !(offset >= 0))
    throw new RangeError('limit must be 1 or more, offset 0 or more')
  const after = filter.cursor === undefined ? {} : { after: parseCursor(filter.cursor) }
  const page = createPage(compileFilter(filter), { limit, offset, maxBytes })
  let scannedBytes = 0
  const scan = { filter: page.filter, order, ...after, ...(signal ? { signal } : {}) }
  for await (const { lines, bytes } of store.scan(scan)) {
    signal?.throwIfAborted()
    for (const line of lines) if (page.add(line)) return page.result(true)
    scannedBytes += bytes
    if (scannedBytes >= maxScanBytes) return page.result(true)
  }
  return page.result(false)
}

interface PageBounds {
  readonly limit: number
  readonly offset: number
  readonly maxBytes: number
}

/** Collects matches until there is one more than fits: then it is known that the page is not the last. */
function createPage(filter: LineFilter, { limit, offset, maxBytes }: PageBounds) {
  const found: LogLine[] = []
  let [skipped, unreadable, bytes] = [0, 0, 0]
  let last: number | undefined
  /** The line, if it is one of those that are looked for. */
  function match(text: string): LogLine | undefined {
    if (!filter.mayMatch(text)) return undefined
    const line = parseLine(text)
    if (line === undefined) unreadable++
    return line && filter.matches(line) ? line : undefined
  }

  return {
    filter,
    /** Takes a line in. Returns whether the page is full. */
    add({ position, text }: StoredLine): boolean {
      const line = match(text)
      const isFull = found.length === limit || (found.length > 0 && bytes + text.length > maxBytes)
      if (line && isFull) return true
      if (line && skipped++ >= offset) {
        found.push(line)
        bytes += text.length
      }
      last = position
      return false
    },
    result(hasMore: boolean): AuditPage {
      const cursor = hasMore && last !== undefined ? { cursor: formatCursor(last) } : {}
      return { lines: found, unreadable, ...cursor }
    }
  }
}

function formatCursor(position: number): string {
  return `p${position}`
}

function parseCursor(cursor: string): number {
  const position = /^p(-?\d{1,16})$/.exec(cursor)?.[1]
  if (position === undefined) throw new RangeError('expected a cursor of an earlier page')
  return Number(position)
}
