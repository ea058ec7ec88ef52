import type { AuditLog } from '@agentguard/audit'
import type { AuditEntry } from '@agentguard/protocol'
import type { History } from './history.ts'

/** What is asked for at once. */
const pageSize = 1000

/**
 * Fills a history with what the audit log says was allowed since a time, in milliseconds. Returns how
 * many entries it read. Rejects when the log cannot be read: then the history knows less than it says
 * and MUST NOT be used.
 *
 * An entry of which something was redacted or cut off cannot be compared any more, so the agent's past
 * up to then is unknown and not absent. Where it is not known whose it is, that holds for the tenant.
 */
export async function rebuildHistory(
  history: History,
  audit: Pick<AuditLog, 'query'>,
  since: number
): Promise<number> {
  const filter = {
    decision: 'ALLOW',
    since: new Date(since).toISOString(),
    limit: pageSize,
    order: 'asc'
  } as const
  let read = 0
  let cursor: string | undefined
  do {
    const page = await audit.query(cursor === undefined ? filter : { ...filter, cursor })
    if (page.unreadable > 0) throw new Error('the audit log has lines that cannot be read')
    for (const line of page.lines) {
      if ('_meta' in line) continue
      remember(history, line)
      read++
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return read
}

function remember(history: History, entry: AuditEntry): void {
  const { request, redacted, truncated } = entry
  const at = Date.parse(entry.timestamp)
  if (Number.isNaN(at)) throw new Error('the audit log has an entry without a time')
  const tenant = entry.tenant_id ?? 'local'
  if (isCut(request.agent_id) || redacted?.['/request/agent_id'] !== undefined) {
    history.recordUnknown({ tenant }, at)
    return
  }
  const agent = request.agent_id ?? ''
  // Which scopes the actions had is not known any more either.
  if (truncated?.includes('/request/actions')) history.recordUnknown({ tenant, agent }, at)
  if (redacted === undefined && truncated === undefined && !textsOf(request).some(isCut)) {
    history.record(tenant, request, at)
    return
  }
  for (const { scope } of [request, ...(request.actions ?? [])]) {
    history.recordUnknown({ tenant, agent, scope }, at)
  }
}

function textsOf(request: AuditEntry['request']): (string | undefined)[] {
  return [request, ...(request.actions ?? [])].flatMap(({ action, command }) => [action, command])
}

/** Whether something was taken out of a text before it was written. */
function isCut(text: string | undefined): boolean {
  return text?.includes('[REDACTED') ?? false
}
