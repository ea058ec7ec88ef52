import { type ActionRequest, parseJson, readActionRequest } from '@agentguard/protocol'
import { closest } from '../closest.ts'

export type ParsedStrictAction =
  | { readonly ok: true; readonly action: ActionRequest }
  | { readonly ok: false; readonly message: string }

const members = Object.keys({
  schema_version: true,
  scope: true,
  action: true,
  command: true,
  path: true,
  domain: true,
  url: true,
  est_cost: true,
  meta: true,
  agent_id: true,
  session_id: true,
  approval_id: true,
  reuse_approval: true,
  unknown_effect: true,
  actions: true
} satisfies Record<keyof ActionRequest, true>)

/**
 * Parses an action that a person or a test wrote. Stricter than the server, which has to answer what it
 * is sent: a member that does not exist is an error here, and `scope` must be there.
 */
export function parseStrictAction(text: string | Uint8Array): ParsedStrictAction {
  const json = parseJson(text)
  return json.ok ? readStrictAction(json.value) : { ok: false, message: json.error.message }
}

/** The same for a value that has been parsed. */
export function readStrictAction(value: unknown): ParsedStrictAction {
  const unknown = findUnknown(value)
  if (unknown !== undefined) return { ok: false, message: describeUnknown(unknown) }
  const read = readActionRequest(value)
  if (!read.ok) return { ok: false, message: read.error.message }
  const { action } = read
  if (action.schema_version && action.schema_version !== 'v1') {
    return { ok: false, message: 'unsupported schema_version; expected v1' }
  }
  if (action.scope === '') return { ok: false, message: 'request missing required field "scope"' }
  return { ok: true, action }
}

function findUnknown(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const name of Object.keys(value)) {
    if (!Array.isArray(value) && !members.includes(name)) return name
  }
  const actions: unknown = 'actions' in value ? value.actions : undefined
  return Array.isArray(actions)
    ? actions.map(findUnknown).find((name) => name !== undefined)
    : undefined
}

function describeUnknown(name: string): string {
  const likely = closest(name, members)
  const meant = likely === undefined ? '' : ` (did you mean ${JSON.stringify(likely)}?)`
  return `json: unknown field ${JSON.stringify(name)}${meant}`
}
