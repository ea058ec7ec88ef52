import type { AuditLog } from '@agentguard/audit'
import { createHistory, type History, rebuildHistory } from '@agentguard/guard'
import type { Policy } from '@agentguard/policy'
import type { Policies } from '../policy/policies.ts'

export interface HistoryOptions {
  /** Told why nothing is known of what was before. */
  readonly onUnknown: (error: unknown) => void
  readonly now?: () => number
}

/** How many of the latest entries are read at most. What is older counts as unknown. */
const maxEntries = 100_000

/**
 * The history for conditions, as far back as the policies look and no further than the bound. Policies
 * without conditions cost nothing at the start; what they ask later begins with it. Where the log cannot be
 * read, what was before is unknown: then conditions allow nothing.
 */
export async function openHistory(
  audit: Pick<AuditLog, 'query'>,
  policies: Pick<Policies, 'usable'>,
  { onUnknown, now = Date.now }: HistoryOptions
): Promise<History> {
  const startedAt = now()
  const windowMs = longestWindow(policies.usable().values())
  if (windowMs === 0) return createHistory({ knownSince: startedAt })
  try {
    const since = await boundedSince(audit, startedAt - windowMs)
    const history = createHistory({ knownSince: since })
    await rebuildHistory(history, audit, since)
    return history
  } catch (error) {
    onUnknown(error)
    return createHistory({ knownSince: startedAt })
  }
}

/** From when on no more than the bound were allowed. */
async function boundedSince(audit: Pick<AuditLog, 'query'>, since: number): Promise<number> {
  const { lines } = await audit.query({
    decision: 'ALLOW',
    since: new Date(since).toISOString(),
    order: 'desc',
    offset: maxEntries,
    limit: 1
  })
  const [line] = lines
  if (!line || '_meta' in line) return since
  // Others of the same millisecond may be left out.
  return Math.max(since, Date.parse(line.timestamp) + 1)
}

function longestWindow(policies: Iterable<Policy>): number {
  let longest = 0
  for (const { document } of policies) {
    const sets = [
      ...document.rules,
      ...[...document.agents.values()].flatMap((one) => one.override)
    ]
    for (const { deny, require_approval, allow } of sets) {
      for (const { conditions } of [...deny, ...require_approval, ...allow]) {
        for (const { require_prior, windowMs } of conditions) {
          if (require_prior !== '') longest = Math.max(longest, windowMs)
        }
      }
    }
  }
  return longest
}
