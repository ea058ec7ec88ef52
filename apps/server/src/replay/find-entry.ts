import { readLogFiles } from '@agentguard/audit/file'
import { compilePolicy, type Explanation, type Policy } from '@agentguard/policy'
import { type AuditEntry, readActionRequest } from '@agentguard/protocol'
import type { Obstacle } from './find-obstacle.ts'
import { logLines } from './log-lines.ts'
import { type Replayed, replayLog } from './replay-log.ts'

/** An entry of a log, and what a policy says of it. */
export interface FoundEntry {
  readonly entry: AuditEntry
  /** Where it was found. */
  readonly where: string
  /** What the policy says of it, with the past that the log shows. Absent without a policy. */
  readonly explanation?: Explanation
  /** Why it is judged by what is left of it, or cannot be judged. */
  readonly obstacle?: Obstacle
}

/** Looks for an entry in a log from its start, and explains it by a policy. */
export async function findEntry(
  file: string,
  isWanted: (entry: AuditEntry) => boolean,
  policy: Policy | undefined
): Promise<FoundEntry | undefined> {
  const lines = logLines(readLogFiles(file))
  const judged = replayLog(lines, { policy: policy ?? nothing(), isAsked: isWanted })
  for await (const replayed of judged) {
    const found = toFound(replayed, policy)
    if (found) return found
  }
  return undefined
}

function toFound(replayed: Replayed, policy: Policy | undefined): FoundEntry | undefined {
  if (replayed.kind === 'passed_over' || replayed.entry === undefined) return undefined
  const { entry, place } = replayed
  const where = `${place.file}:${place.line}`
  if (replayed.kind === 'not_judged') return { entry, where, obstacle: replayed.obstacle }
  const read = readActionRequest(entry.request)
  if (!policy || !read.ok) return { entry, where }
  return { entry, where, explanation: policy.explain(read.action, replayed.facts) }
}

/** A policy that has no opinion, for those who only look. */
function nothing(): Policy {
  const compiled = compilePolicy('version: "1"\nname: none\nrules: []\n')
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}
