import type { AuditStore, SealedLine } from '@agentguard/audit'
import type { AuditEntry, AuditMetaLine } from '@agentguard/protocol'
import type { LineListener } from '../events/watch-store.ts'
import type { CountsCheckpoint, CountsFile } from './counts-file.ts'
import { createDecisionCounter, type DecisionCounts } from './decision-counts.ts'

/** Counts verdicts, and goes on counting after a restart. */
export interface LastingCounts extends LineListener {
  /** How many verdicts a tenant has had. */
  of(tenant: string): DecisionCounts
  /**
   * Takes up what was counted before. To be called once the log is open, and before it is served: what
   * the file has is there when it resolves; `done` resolves when the lines since then are counted, too.
   */
  restore(): Promise<{ readonly done: Promise<void> }>
  /** Keeps what was counted. To be called every minute or so. */
  save(): Promise<void>
}

export interface LastingCountsDeps {
  readonly file: CountsFile
  readonly scan: AuditStore['scan']
  /** Told what was counted before the start: of the file, then of the log. */
  readonly onRestored?: (counts: DecisionCounts) => void
  /** Told how many verdicts were read from the log, and how long it took. */
  readonly onReplayed?: (entries: number, durationMs: number) => void
  readonly onError?: (error: unknown) => void
}

/**
 * How much of a log is read at the start, when there is no file or it was lost. Beyond that, the oldest
 * verdicts are not counted.
 */
const maxReplayBytes = 1024 * 1_048_576

/** Creates counts. Nothing of the log is ever held but the lines that are being looked at. */
export function createLastingCounts(deps: LastingCountsDeps): LastingCounts {
  const { file, scan, onRestored = () => {}, onReplayed = () => {}, onError = () => {} } = deps
  const counter = createDecisionCounter()
  let head: { readonly seq: number; readonly hash: string } | undefined
  /** The first line that is counted when it is written. */
  let liveFrom = 0
  let isReplayed = false

  /** Counts the lines of the log between what the file has and what was written since the start. */
  async function replay(after: number): Promise<void> {
    const startedAt = performance.now()
    const missed = createDecisionCounter()
    let entries = 0
    for await (const text of linesBack(scan, liveFrom, after)) {
      const entry = parseEntry(text)
      if (!entry) continue
      missed.add(entry.tenant_id || 'local', entry.result.decision)
      entries++
    }
    takeUp(missed.tenants())
    isReplayed = true
    onReplayed(entries, performance.now() - startedAt)
  }

  function takeUp(tenants: CountsCheckpoint['tenants']): void {
    const before = createDecisionCounter()
    for (const [tenant, counts] of Object.entries(tenants)) {
      before.restore(tenant, counts)
      counter.restore(tenant, counts)
    }
    onRestored(before.total())
  }

  /** What the file has, if it is of this log. */
  async function readFile() {
    const kept = await file.read()
    if (!kept || kept.seq >= liveFrom) return undefined
    for await (const { lines } of scan({ filter: everything, order: 'asc', after: kept.seq - 1 })) {
      const [line] = lines
      if (!line) continue
      return line.position === kept.seq && line.text.includes(kept.hash) ? kept : undefined
    }
    return undefined
  }

  return {
    of: counter.of,
    opened(size) {
      if (!head) liveFrom = size
    },
    take(lines) {
      for (const { line } of lines) {
        if (!('_meta' in line)) counter.add(line.tenant_id || 'local', line.result.decision)
      }
      const last = lines.at(-1) as SealedLine | undefined
      if (last) head = { seq: last.seq, hash: last.hash }
    },
    async restore() {
      const kept = await readFile().catch((error) => {
        onError(error)
        return undefined
      })
      if (kept) takeUp(kept.tenants)
      return { done: replay(kept?.seq ?? Number.NEGATIVE_INFINITY).catch(onError) }
    },
    async save() {
      // Half of the counts would be taken for all of them.
      if (!isReplayed || !head) return
      await file.write({ ...head, tenants: counter.tenants() })
    }
  }
}

/** The lines before a place, the latest first, down to another place or to what is read at most. */
async function* linesBack(
  scan: AuditStore['scan'],
  before: number,
  after: number
): AsyncGenerator<string> {
  let bytes = 0
  for await (const batch of scan({ filter: everything, order: 'desc', after: before })) {
    for (const { position, text } of batch.lines) {
      if (position <= after) return
      yield text
    }
    bytes += batch.bytes
    if (bytes >= maxReplayBytes) return
    // Others have their turn.
    await new Promise(setImmediate)
  }
}

const everything = {
  keys: [],
  since: undefined,
  until: undefined,
  mayMatch: () => true,
  matches: () => true
}

function parseEntry(text: string): AuditEntry | undefined {
  try {
    const line = JSON.parse(text) as AuditEntry | AuditMetaLine
    if ('_meta' in line || typeof line.result?.decision !== 'string') return undefined
    return line
  } catch {
    return undefined
  }
}
