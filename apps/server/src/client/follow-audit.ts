import { setTimeout } from 'node:timers/promises'
import type { AuditLog, LogLine } from '@agentguard/audit'
import { type RemoteFilter, RemoteLogError, timeOf } from './remote-audit-log.ts'
import type { ReplyFailure } from './server-client.ts'

export interface FollowAuditOptions {
  readonly filter: RemoteFilter
  /** From when on, in milliseconds. */
  readonly since: number
  readonly signal: AbortSignal
  /** Is told that the log cannot be asked. It is tried again. */
  readonly onFailure: (failure: ReplyFailure) => void
  /** How long is waited between two looks. @defaultValue 1000 */
  readonly intervalMs?: number
}

/** Entries are stamped before they are written, so that some come late. */
const overlapMs = 30_000
/** How many lines are remembered to have been seen. */
const maxSeen = 20_000
const pageLines = 500

/**
 * Yields the lines that a filter finds, from a time on, and those that are written later, until it is
 * aborted. What a fault hid is caught up with. Rejects when the server says no.
 */
export async function* followAudit(
  log: Pick<AuditLog, 'query'>,
  { filter, since, signal, onFailure, intervalMs = 1000 }: FollowAuditOptions
): AsyncGenerator<LogLine> {
  const seen = new Set<string>()
  let latest = since
  while (!signal.aborted) {
    // Never before the beginning: what was written before that was not asked for.
    const start = Math.max(since, latest - overlapMs)
    try {
      for await (const line of readOn(log, { ...filter, since: stamp(start) }, signal)) {
        latest = Math.max(latest, timeOf(line))
        if (isNew(seen, keyOf(line))) yield line
      }
    } catch (error) {
      if (signal.aborted) return
      if (!isPassing(error)) throw error
      onFailure(error.failure)
    }
    await setTimeout(intervalMs, undefined, { signal }).catch(() => {})
  }
}

/** Whether it may be over soon: no server there, or one that is busy. */
function isPassing(error: unknown): error is RemoteLogError {
  if (!(error instanceof RemoteLogError)) return false
  const { status, code } = error.failure
  if (code === 'not_supported') return false
  return status === undefined || status >= 500 || status === 429
}

async function* readOn(
  log: Pick<AuditLog, 'query'>,
  filter: RemoteFilter,
  signal: AbortSignal
): AsyncGenerator<LogLine> {
  let cursor: string | undefined
  do {
    const from = cursor === undefined ? {} : { cursor }
    const page = await log.query({ ...filter, ...from, order: 'asc', limit: pageLines }, { signal })
    yield* page.lines
    cursor = page.cursor
  } while (cursor !== undefined)
}

/** What tells lines apart: their hash, or all that they say where they have none. */
function keyOf(line: LogLine): string {
  return line.hash ?? JSON.stringify(line)
}

/** Whether a line has not been seen. It has from now on, until many others have been. */
function isNew(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false
  seen.add(key)
  // A set keeps its order, so the first is the oldest.
  if (seen.size > maxSeen) for (const oldest of seen) return seen.delete(oldest)
  return true
}

function stamp(ms: number): string {
  return new Date(ms).toISOString()
}
