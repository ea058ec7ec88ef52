import type { Facts, Policy } from '@agentguard/policy'
import { type AuditEntry, type CheckResult, readActionRequest } from '@agentguard/protocol'
import { findObstacle, type Obstacle } from './find-obstacle.ts'
import { judgeSurely } from './judge-surely.ts'
import type { ReadLine } from './log-lines.ts'
import { parseLogLine } from './parse-log-line.ts'
import { type RecordedDecision, recordedDecision } from './recorded-decision.ts'
import { ReplayedPast } from './replayed-past.ts'

/** An entry, judged again. */
export type Replayed =
  | {
      readonly kind: 'judged'
      readonly place: ReadLine
      readonly entry: AuditEntry
      readonly recorded: RecordedDecision
      readonly verdict: CheckResult
      /** What was known then. To be asked before the next one is read. */
      readonly facts: Facts
    }
  | {
      readonly kind: 'not_judged'
      readonly place: ReadLine
      readonly obstacle: Obstacle
      /** Absent when the line cannot be read. */
      readonly entry?: AuditEntry
    }
  | { readonly kind: 'passed_over'; readonly place: ReadLine; readonly entry: AuditEntry }

export interface ReplayOptions {
  readonly policy: Policy
  /** Whether an entry is to be judged. Those that are not are history all the same. */
  readonly isAsked: (entry: AuditEntry) => boolean
}

/**
 * Judges the entries of a log again, in its order, each with the past that the log shows: what was
 * allowed then, not what would be allowed now. Holds one line at a time, and a bounded history.
 */
export async function* replayLog(
  lines: AsyncIterable<ReadLine>,
  { policy, isAsked }: ReplayOptions
): AsyncGenerator<Replayed> {
  const past = new ReplayedPast()
  for await (const place of lines) {
    const line = parseLogLine(place.text)
    if (line?.kind === 'event') {
      past.begin(line.event)
      continue
    }
    if (line === undefined) {
      past.addHole()
      yield { kind: 'not_judged', place, obstacle: 'unreadable' }
      continue
    }
    const { entry, at } = line
    const { tenant_id, request } = entry
    const facts = past.factsFor(tenant_id || 'local', request.agent_id ?? '', at)
    yield isAsked(entry)
      ? judge(policy, { place, entry, facts })
      : { kind: 'passed_over', place, entry }
    await past.add(entry)
  }
}

interface Asked {
  readonly place: ReadLine
  readonly entry: AuditEntry
  readonly facts: Facts
}

function judge(policy: Policy, { place, entry, facts }: Asked): Replayed {
  const obstacle = findObstacle(entry)
  if (obstacle !== undefined) return { kind: 'not_judged', place, entry, obstacle }
  const verdict = verdictOf(policy, entry, facts)
  if (verdict === undefined)
    return { kind: 'not_judged', place, entry, obstacle: 'unknown_history' }
  return { kind: 'judged', place, entry, recorded: recordedDecision(entry), verdict, facts }
}

/** What the server would answer; undefined when that depends on what is not known. */
function verdictOf(policy: Policy, entry: AuditEntry, facts: Facts): CheckResult | undefined {
  const read = readActionRequest(entry.request)
  if (read.ok) return judgeSurely(policy, read.action, facts)
  return { decision: 'DENY', reason: read.error.message, matched_rule: 'deny:request:too_large' }
}
