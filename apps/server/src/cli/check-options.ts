import {
  actionFlags,
  type FoundSource,
  fieldNames,
  findAction,
  wrongSource
} from './action-options.ts'
import { contextFlags } from './context-flags.ts'
import type { Arguments, Flags } from './flags.ts'
import type { Io } from './io.ts'
import { outputFlags } from './printer.ts'

/** The flags of `check`. */
export const checkFlags = {
  policy: { default: '', value: 'file', meaning: 'The policy file. Required' },
  'tenant-id': {
    default: 'local',
    value: 'id',
    meaning: 'The tenant that asks. Only `local` is known without a server'
  },
  batch: { default: false, meaning: 'Reads actions from standard input, one JSON object per line' },
  watch: {
    default: '',
    value: 'file',
    meaning: 'Judges each line of a file, and each that is appended to it, until interrupted'
  },
  'audit-log': {
    default: '',
    value: 'file',
    meaning: 'The log that says what was allowed before, for conditions, as in production'
  },
  'rate-limits': { default: false, meaning: 'Counts rate limits, as in production' },
  output: { default: 'text', value: 'text|json', meaning: 'How verdicts are printed' },
  explain: { default: false, meaning: 'Prints how each verdict came about' },
  ...contextFlags,
  ...actionFlags,
  ...outputFlags
} as const satisfies Flags

export type CheckArguments = Arguments<typeof checkFlags>

const sources = ['request', 'stdin', 'batch', 'watch'] as const

/** Finds out where the actions come from, or what is wrong with the line. */
export function findSource(args: CheckArguments, io: Io): FoundSource {
  const { flags, positionals, given } = args
  if (positionals[0] !== undefined) {
    return wrongSource(`unexpected argument ${JSON.stringify(positionals[0])}`)
  }
  if (flags.policy === '') return wrongSource('--policy is required')
  if (flags.output !== 'text' && flags.output !== 'json') {
    return wrongSource(`invalid --output ${JSON.stringify(flags.output)}: expected text or json`)
  }
  const chosen = sources.filter((name) => flags[name])
  if (chosen.length > 1) {
    return wrongSource(`only one of --request, --stdin, --batch and --watch can be used`)
  }
  const [kind] = chosen
  if (kind !== 'batch' && kind !== 'watch') return findAction(args, io)
  const field = fieldNames.find((name) => given.has(name))
  if (field !== undefined) return wrongSource(`--${field} cannot be used with --${kind}`)
  if (kind === 'batch') return { ok: true, source: { kind, input: io.input } }
  return { ok: true, source: { kind, file: flags.watch, signal: io.stopSignal() } }
}
