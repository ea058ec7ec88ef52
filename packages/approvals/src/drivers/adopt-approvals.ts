import type { DatabaseSync } from 'node:sqlite'
import type { Approval } from '@agentguard/protocol'
import { actionDigest } from '../action-digest.ts'
import { formatTimestamp, never } from '../format-timestamp.ts'
import { freeze } from '../read-approval.ts'
import { SqliteBook } from './sqlite-book.ts'
import { migrate } from './sqlite-schema.ts'

export interface AdoptOptions {
  readonly now: number
  /** How long those that are pending go on waiting. */
  readonly expiresMs: number
  /** How long answers count, from when they were given; 0 means for ever. */
  readonly validityMs: number
}

/**
 * Takes in approvals of AgentGuard 1.0, in one transaction: all, or none if it throws. Each is bound to the
 * action that it was asked for, as a new one would be. One that is there already stays as it is.
 *
 * Returns how many were taken in.
 */
export function adoptApprovals(
  database: DatabaseSync,
  approvals: readonly Approval[],
  options: AdoptOptions
): number {
  migrate(database)
  const book = new SqliteBook(database, undefined)
  return book.transact(() => {
    let adopted = 0
    for (const approval of approvals) {
      if (book.get(approval.tenant_id ?? 'local', approval.id)) continue
      const bound = freeze(bind(approval, options))
      const share = { agent: approval.request.agent_id ?? '', source: '' }
      // As it began; then as it is.
      const { decision: _, consumed_at: __, ...asked } = bound
      const began = { ...asked, resolved: false, resolved_at: never }
      book.add(began, { ...share, size: JSON.stringify(bound).length })
      book.replace(bound, options.now)
      adopted++
    }
    return adopted
  })
}

function bind(approval: Approval, { now, expiresMs, validityMs }: AdoptOptions): Approval {
  const { request, resolved, resolved_at, created_at } = approval
  const bound = {
    ...approval,
    request: { ...request, schema_version: request.schema_version || 'v1' },
    digest: actionDigest(request, undefined)
  }
  if (!resolved) {
    // Waiting begins anew: version 1.0 let them wait for ever, and who asked may still be there.
    const waitsSince = Math.min(Date.parse(created_at), now)
    return {
      ...bound,
      created_at: formatTimestamp(waitsSince),
      expires_at: formatTimestamp(now + expiresMs)
    }
  }
  if (validityMs === 0) return bound
  return { ...bound, valid_until: formatTimestamp(Date.parse(resolved_at) + validityMs) }
}
