import type { ActionSource } from '../check/read-actions.ts'
import type { Arguments, Flags } from './flags.ts'
import type { Io } from './io.ts'

/** The flags of `check`. */
export const checkFlags = {
  policy: { default: '', value: 'file', meaning: 'The policy file. Required' },
  'tenant-id': {
    default: 'local',
    value: 'id',
    meaning: 'The tenant that asks. Only `local` is known without a server'
  },
  request: {
    default: '',
    value: 'json|file',
    meaning: 'The action as JSON, or a file that holds it'
  },
  stdin: { default: false, meaning: 'Reads the action as JSON from standard input' },
  batch: { default: false, meaning: 'Reads actions from standard input, one JSON object per line' },
  watch: {
    default: '',
    value: 'file',
    meaning: 'Judges each line of a file, and each that is appended to it, until interrupted'
  },
  output: { default: 'text', value: 'text|json', meaning: 'How verdicts are printed' },
  explain: { default: false, meaning: 'Prints how each verdict came about' },
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

type CheckArguments = Arguments<typeof checkFlags>

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
} as const satisfies Partial<Record<keyof typeof checkFlags, string>>

const sources = ['request', 'stdin', 'batch', 'watch'] as const

export type FoundSource =
  | { readonly ok: true; readonly source: ActionSource }
  | { readonly ok: false; readonly message: string }

/** Finds out where the actions come from, or what is wrong with the line. */
export function findSource(args: CheckArguments, io: Io): FoundSource {
  const { flags, positionals } = args
  if (positionals[0] !== undefined) {
    return wrong(`unexpected argument ${JSON.stringify(positionals[0])}`)
  }
  if (flags.policy === '') return wrong('--policy is required')
  if (flags.output !== 'text' && flags.output !== 'json') {
    return wrong(`invalid --output ${JSON.stringify(flags.output)}: expected text or json`)
  }
  const chosen = sources.filter((name) => flags[name])
  if (chosen.length > 1) {
    return wrong(`only one of --request, --stdin, --batch and --watch can be used`)
  }
  const [kind] = chosen
  if (kind === undefined) return readFields(args)
  const field = [...Object.keys(fields), 'meta'].find((name) => args.given.has(name))
  if (field !== undefined) return wrong(`--${field} cannot be used with --${kind}`)
  if (kind === 'request') return { ok: true, source: { kind, request: flags.request } }
  if (kind === 'watch') {
    return { ok: true, source: { kind, file: flags.watch, signal: io.stopSignal() } }
  }
  return { ok: true, source: { kind, input: io.input } }
}

function readFields({ flags, given }: CheckArguments): FoundSource {
  const action: Record<string, unknown> = {}
  for (const name of Object.keys(fields) as (keyof typeof fields)[]) {
    if (given.has(name)) action[fields[name]] = flags[name]
  }
  if (flags.meta !== '') {
    const pairs = flags.meta.split(',').map((pair) => pair.split(/=(.*)/s))
    const bad = pairs.find(([key, value]) => !key || value === undefined)
    if (bad) return wrong('invalid --meta: expected k=v,k=v')
    action['meta'] = Object.fromEntries(pairs.map(([key, value]) => [key, value]))
  }
  return { ok: true, source: { kind: 'fields', action } }
}

function wrong(message: string): FoundSource {
  return { ok: false, message }
}
