import type { ActionRequest, AuditEntry } from '@agentguard/protocol'

/** Names as they should be. No secret looks like one, and looking for one costs more than this. */
const plainName = /^[a-z][a-z_]{0,31}$/

/** Names of requests as our server gives them: each is new, so that none is ever known to be clean. */
const countedName = /^[0-9a-f]{12}-[0-9a-z]{1,9}$/

/**
 * Takes secrets out of the texts of an entry that are meant to be names and that callers choose: scopes, actions,
 * transports, the names in `meta`. Gives back the entry itself where nothing changes.
 */
export function cleanNames(entry: AuditEntry, clean: (text: string) => string): AuditEntry {
  const cleanName = (name: string): string => {
    return plainName.test(name) || countedName.test(name) ? name : clean(name)
  }

  function cleanMembers<T extends object>(object: T, names: readonly (keyof T)[]): T {
    let changed: T | undefined
    for (const name of names) {
      const value = object[name]
      if (typeof value !== 'string' || value === '') continue
      const cleaned = cleanName(value)
      if (cleaned !== value) changed = { ...(changed ?? object), [name]: cleaned }
    }
    return changed ?? object
  }

  function cleanAction(action: ActionRequest): ActionRequest {
    const cleaned = cleanMembers(action, ['scope', 'action', 'approval_id'])
    const meta = action.meta && cleanKeys(action.meta)
    const actions = action.actions?.map((one) => cleanAction(one as ActionRequest))
    const isSame =
      meta === action.meta && (actions ?? []).every((one, at) => one === action.actions?.[at])
    if (isSame) return cleaned
    return { ...cleaned, ...(meta ? { meta } : {}), ...(actions ? { actions } : {}) }
  }

  function cleanKeys(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const keys = Object.keys(map)
    if (keys.every((key) => cleanName(key) === key)) return map
    return Object.fromEntries(keys.map((key) => [cleanName(key), map[key] as string]))
  }

  const request = cleanAction(entry.request)
  const cleaned = cleanMembers(entry, ['transport', 'request_id'])
  return request === entry.request ? cleaned : { ...cleaned, request }
}
