import type { AuditEntry } from '@agentguard/protocol'

/** Why an entry cannot be judged again. */
export type Obstacle =
  /** Something was taken out of the action: a secret, or a field that was erased. */
  | 'redacted'
  /** Something of the action was too long and cut. */
  | 'truncated'
  /** The line is none of the log, or too long to be read. */
  | 'unreadable'
  /** The verdict depends on what was allowed before the log begins, or was taken out of it. */
  | 'unknown_history'

/** What of an entry keeps it from being judged as it was asked. */
export function findObstacle(entry: AuditEntry): Obstacle | undefined {
  const { redacted = {}, truncated = [], request } = entry
  if (Object.keys(redacted).some(isOfRequest)) return 'redacted'
  if (truncated.some(isOfRequest)) return 'truncated'
  return textsOf(request).some((text) => text.includes('[REDACTED')) ? 'redacted' : undefined
}

function isOfRequest(pointer: string): boolean {
  return pointer === '/request' || pointer.startsWith('/request/')
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}
