import { createHash } from 'node:crypto'
import type { NotificationType } from './notification.ts'
import type { NotificationSettings, ResolvedTarget, TargetSettings } from './settings.ts'

const minute = 60_000
const defaultBurst = 30

/** The targets of a tenant. One that stands in both lists is one, with one queue. */
export function resolveTargets(tenant: string, settings: NotificationSettings): ResolvedTarget[] {
  const targets = new Map<string, ResolvedTarget>()
  const add = (target: TargetSettings, type: NotificationType) => {
    const resolved = resolve(tenant, target, type, settings.dispatchTimeoutMs)
    const other = targets.get(resolved.id)
    const events = new Set([...(other?.events ?? []), ...resolved.events])
    targets.set(resolved.id, { ...resolved, ...other, events: [...events].sort() })
  }
  for (const target of settings.approval_required) add(target, 'approval_required')
  for (const target of settings.on_deny) add(target, 'denied')
  return [...targets.values()]
}

function resolve(
  tenant: string,
  target: TargetSettings,
  listed: NotificationType,
  timeoutMs: number
): ResolvedTarget {
  const type = knownType(target.type)
  const isKnown = type === target.type
  return {
    id: target.id ?? deriveId(target),
    tenant,
    type,
    url: target.url,
    level: isKnown && target.level !== '' ? target.level : 'warn',
    timeoutMs: target.timeoutMs ?? timeoutMs,
    events: [listed, ...(target.events ?? [])],
    secrets: target.secret === undefined ? [] : [target.secret].flat(),
    buttons: target.buttons ?? false,
    quietMs: target.quietMs ?? (type === 'slack' ? minute : 0),
    burst: target.burst ?? defaultBurst
  }
}

function knownType(type: string): ResolvedTarget['type'] {
  return type === 'webhook' || type === 'slack' || type === 'console' ? type : 'log'
}

const idLength = 12

/** The same for the same target, wherever in whichever list it stands. It tells nothing of the URL. */
function deriveId({ type, url, level }: TargetSettings): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([type, url, level]))
    .digest('hex')
  return `${knownType(type)}-${digest.slice(0, idLength)}`
}
