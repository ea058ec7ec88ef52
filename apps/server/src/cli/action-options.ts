import type { ActionSource } from '../check/read-actions.ts'
import type { Arguments, Flags } from './flags.ts'
import type { Io } from './io.ts'

/** The flags that say what an action is, or where it is read from. */
export const actionFlags = {
  request: {
    default: '',
    value: 'json|file',
    meaning: 'The action as JSON, or a file that holds it'
  },
  stdin: { default: false, meaning: 'Reads the action as JSON from standard input' },
  scope: { default: '', value: 'scope', meaning: 'The scope, such as shell or filesystem' },
  command: { default: '', value: 'text', meaning: 'The command line, or the name of a tool' },
  action: { default: '', value: 'verb', meaning: 'The verb, such as read or write' },
  path: { default: '', value: 'path', meaning: 'The path' },
  domain: { default: '', value: 'host', meaning: 'The host' },
  url: { default: '', value: 'url', meaning: 'The URL' },
  'agent-id': { default: '', value: 'id', meaning: 'Who asks' },
  'session-id': { default: '', value: 'id', meaning: 'The session in which the agent asks' },
  'est-cost': { default: 0, value: 'dollars', meaning: 'What the action is expected to cost' },
  meta: { default: '', value: 'k=v,k=v', meaning: 'Whatever else describes the action' }
} as const satisfies Flags

type ActionArguments = Pick<Arguments<typeof actionFlags>, 'flags' | 'given'>

const fields = {
  scope: 'scope',
  command: 'command',
  action: 'action',
  path: 'path',
  domain: 'domain',
  url: 'url',
  'agent-id': 'agent_id',
  'session-id': 'session_id',
  'est-cost': 'est_cost'
} as const satisfies Partial<Record<keyof typeof actionFlags, string>>

/** The flags that describe an action by its parts. */
export const fieldNames: readonly string[] = [...Object.keys(fields), 'meta']

export type FoundSource =
  | { readonly ok: true; readonly source: ActionSource }
  | { readonly ok: false; readonly message: string }

/** Where one action comes from: its fields on the line, JSON, a file, or standard input. */
export function findAction({ flags, given }: ActionArguments, io: Io): FoundSource {
  const chosen = (['request', 'stdin'] as const).filter((name) => flags[name])
  if (chosen.length > 1) return wrongSource('only one of --request and --stdin can be used')
  const [kind] = chosen
  if (kind === undefined) return readFields({ flags, given })
  const field = fieldNames.find((name) => given.has(name))
  if (field !== undefined) return wrongSource(`--${field} cannot be used with --${kind}`)
  if (kind === 'request') return { ok: true, source: { kind, request: flags.request } }
  return { ok: true, source: { kind, input: io.input } }
}

function readFields({ flags, given }: ActionArguments): FoundSource {
  const action: Record<string, unknown> = {}
  for (const name of Object.keys(fields) as (keyof typeof fields)[]) {
    if (given.has(name)) action[fields[name]] = flags[name]
  }
  if (flags.meta !== '') {
    const pairs = flags.meta.split(',').map((pair) => pair.split(/=(.*)/s))
    const bad = pairs.find(([key, value]) => !key || value === undefined)
    if (bad) return wrongSource('invalid --meta: expected k=v,k=v')
    action['meta'] = Object.fromEntries(pairs.map(([key, value]) => [key, value]))
  }
  return { ok: true, source: { kind: 'fields', action } }
}

/** A line that names no source, with why. */
export function wrongSource(message: string): FoundSource {
  return { ok: false, message }
}
