import { createHistory, type History, rebuildHistory } from '@agentguard/guard'
import type { Facts } from '@agentguard/policy'
import type { ActionRequest, AuditEntry, AuditMetaLine } from '@agentguard/protocol'

/** What was allowed before, as a log shows it line by line. Bounded. */
export class ReplayedPast {
  #history: History | undefined
  #hasBegun = false
  /** Whether there was nothing before the first line. */
  #isWhole = false
  #hasHole = false
  /** Up to when something may be missing. */
  #unknownUntil = Number.NEGATIVE_INFINITY

  /** Takes in a line that is no entry: the first of a chain says that there was nothing before. */
  begin({ seq, _meta: meta }: AuditMetaLine): void {
    const isStart = seq === 0 && meta.seal !== undefined && meta.event === undefined
    this.#isWhole ||= isStart && !this.#hasBegun
    this.#hasBegun = true
  }

  /** Notes that a line cannot be read. */
  addHole(): void {
    this.#hasHole = true
    this.#hasBegun = true
  }

  /** What was allowed to an agent before a time, in milliseconds. */
  factsFor(tenant: string, agent: string, at: number): Facts {
    // What cannot be read is older than this, and nothing else is known of it.
    if (this.#hasHole) this.#unknownUntil = Math.max(this.#unknownUntil, at)
    this.#hasHole = false
    const known = this.#begun(at).factsFor(tenant, agent, at)
    return {
      prior: (pattern, windowMs, scope) => {
        const truth = known.prior(pattern, windowMs, scope)
        return truth === 'no' && at - windowMs <= this.#unknownUntil ? 'unknown' : truth
      }
    }
  }

  /** Remembers an entry, if it was allowed. */
  async add(entry: AuditEntry): Promise<void> {
    if (entry.result.decision !== 'ALLOW') return
    // The guard knows what counts, and what a redacted entry leaves unknown.
    const log = { query: async () => ({ lines: [entry], unreadable: 0 }) }
    await rebuildHistory(this.#begun(Date.parse(entry.timestamp)), log, 0)
  }

  /** Remembers an action that is allowed now, behind the end of the log. */
  record(tenant: string, action: ActionRequest, at: number): void {
    this.#begun(at).record(tenant, action, at)
  }

  /** The history, which knows nothing of what was before it began. */
  #begun(at: number): History {
    this.#hasBegun = true
    const knownSince = this.#isWhole ? Number.NEGATIVE_INFINITY : at
    this.#history ??= createHistory({ knownSince })
    return this.#history
  }
}
