import * as v from 'valibot'
import {
  type ActionRequest,
  actionRequestMemberNames,
  actionRequestSchema,
  furtherActionMemberNames
} from './action-request.ts'
import type { ActionRequestError } from './action-request-error.ts'
import { type ActionRequestLimits, actionRequestLimits } from './action-request-limits.ts'
import { describeIssue } from './describe-issue.ts'
import { findTooLarge } from './find-too-large.ts'
import { findWrongCase } from './find-wrong-case.ts'
import { isJsonObject } from './is-json-object.ts'

/** What reading an action answers: the action, or why there is none. */
export type ParsedActionRequest =
  | { readonly ok: true; readonly action: ActionRequest }
  | { readonly ok: false; readonly error: ActionRequestError }

const names: ReadonlySet<string> = new Set(actionRequestMemberNames)
const furtherNames: ReadonlySet<string> = new Set(furtherActionMemberNames)

/**
 * Reads an action from a JSON value, such as the `request` of a larger body.
 *
 * The value MUST come from `parseJson`: a member that was there twice is no longer visible here.
 */
export function readActionRequest(
  value: unknown,
  limits: ActionRequestLimits = actionRequestLimits
): ParsedActionRequest {
  const received = value === null ? {} : value
  const error = findRefusal(received, limits)
  if (error) return { ok: false, error }
  const parsed = v.safeParse(actionRequestSchema, received, { abortEarly: true })
  if (parsed.success) return { ok: true, action: parsed.output }
  return { ok: false, error: describeIssue(parsed.issues[0]) }
}

function findRefusal(value: unknown, limits: ActionRequestLimits): ActionRequestError | undefined {
  if (!isJsonObject(value)) return undefined
  const error = findWrongCase(value, names) ?? findTooLarge(value, limits)
  if (error || !Array.isArray(value['actions'])) return error
  for (const [index, action] of value['actions'].entries()) {
    if (!isJsonObject(action)) continue
    const path = ['actions', index]
    const found = findWrongCase(action, furtherNames, path) ?? findTooLarge(action, limits, path)
    if (found) return found
  }
  return undefined
}
