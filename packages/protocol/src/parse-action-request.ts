import { type ActionRequestLimits, actionRequestLimits } from './action-request-limits.ts'
import { parseJson } from './parse-json.ts'
import { type ParsedActionRequest, readActionRequest } from './read-action-request.ts'

/**
 * Parses the body of a check into an action.
 *
 * Strict about types, tolerant of unknown members. A body that could be read in two ways is refused:
 * the same member twice, a known member in another case, text after the value. `null` is `{}`.
 */
export function parseActionRequest(
  body: string | Uint8Array,
  limits: ActionRequestLimits = actionRequestLimits
): ParsedActionRequest {
  const json = parseJson(body, { maxDepth: limits.maxDepth })
  return json.ok ? readActionRequest(json.value, limits) : json
}
