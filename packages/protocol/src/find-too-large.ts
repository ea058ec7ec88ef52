import type { ActionRequestError } from './action-request-error.ts'
import type { ActionRequestLimits } from './action-request-limits.ts'
import { isJsonObject } from './is-json-object.ts'
import { memberPath } from './member-path.ts'

/**
 * Finds a part of one action that is larger than its limit.
 *
 * It takes any object, so that sizes are known to be small before anything else looks at the values.
 */
export function findTooLarge(
  object: Readonly<Record<string, unknown>>,
  limits: ActionRequestLimits,
  path: readonly PropertyKey[] = []
): ActionRequestError | undefined {
  for (const name in limits.maxLength) {
    const max = limits.maxLength[name as keyof typeof limits.maxLength]
    const value = object[name]
    if (typeof value === 'string' && value.length > max) {
      return tooLarge([...path, name], `at most ${max} characters`, value.length)
    }
  }
  const { meta, actions } = object
  if (Array.isArray(actions) && actions.length > limits.maxActions) {
    return tooLarge([...path, 'actions'], `at most ${limits.maxActions} actions`, actions.length)
  }
  return isJsonObject(meta) ? findTooLargeMeta(meta, limits, [...path, 'meta']) : undefined
}

function findTooLargeMeta(
  meta: object,
  limits: ActionRequestLimits,
  path: readonly PropertyKey[]
): ActionRequestError | undefined {
  const entries = Object.entries(meta)
  if (entries.length > limits.maxMetaMembers) {
    return tooLarge(path, `at most ${limits.maxMetaMembers} members`, entries.length)
  }
  for (const [name, value] of entries) {
    if (name.length > limits.maxMetaNameLength) {
      const max = `member names of at most ${limits.maxMetaNameLength} characters`
      return tooLarge(path, max, name.length)
    }
    if (typeof value === 'string' && value.length > limits.maxMetaValueLength) {
      const max = `at most ${limits.maxMetaValueLength} characters`
      return tooLarge([...path, name], max, value.length)
    }
  }
  return undefined
}

function tooLarge(
  steps: readonly PropertyKey[],
  expected: string,
  received: number
): ActionRequestError {
  const path = memberPath(steps)
  return { code: 'too_large', message: `${path}: expected ${expected}, received ${received}`, path }
}
