import type { RemoteFilter } from '../client/remote-audit-log.ts'
import { clientFlags } from './client-options.ts'
import type { Arguments, Flags } from './flags.ts'
import { parseTime, timeForms } from './parse-time.ts'
import { outputFlags } from './printer.ts'

/** The flags of `audit`. */
export const auditFlags = {
  agent: { default: '', value: 'id', meaning: 'Only of this agent' },
  session: { default: '', value: 'id', meaning: 'Only of this session' },
  decision: {
    default: '',
    value: 'decision',
    meaning: 'Only ALLOW, DENY or REQUIRE_APPROVAL',
    choices: ['', 'ALLOW', 'DENY', 'REQUIRE_APPROVAL']
  },
  scope: { default: '', value: 'scope', meaning: 'Only of this scope' },
  transport: {
    default: '',
    value: 'name',
    meaning: 'Only what came this way: sdk, mcp_gateway, llm_api_proxy'
  },
  'request-id': { default: '', value: 'id', meaning: 'Only the answer to this request' },
  'trace-id': { default: '', value: 'id', meaning: 'Only answers to requests of this trace' },
  kind: {
    default: '',
    value: 'event',
    meaning: 'Events of this kind in the place of verdicts; * for all kinds'
  },
  text: {
    default: '',
    value: 'text',
    meaning: 'Only with this text in it, in any case of letters'
  },
  since: {
    default: '',
    value: 'time',
    meaning:
      'From this time on: 2026-11-22, 2026-11-22T07:02:56Z, or how long ago, such as 2h or 7d'
  },
  until: { default: '', value: 'time', meaning: 'Before this time' },
  order: {
    default: 'asc',
    value: 'asc|desc',
    meaning: 'asc has the oldest first, desc the latest',
    choices: ['asc', 'desc']
  },
  limit: {
    default: 50,
    value: 'number',
    meaning: 'How many at most. An export has all by default'
  },
  offset: { default: 0, value: 'number', meaning: 'How many of those found to leave out' },
  follow: {
    default: false,
    meaning: 'Shows the latest, then what is written, until interrupted'
  },
  export: {
    default: '',
    value: 'jsonl|csv',
    meaning: 'Prints all that is found, in this format',
    choices: ['', 'jsonl', 'csv']
  },
  ...clientFlags,
  ...outputFlags
} as const satisfies Flags

export type AuditArguments = Arguments<typeof auditFlags>

export type FoundFilter =
  | { readonly ok: true; readonly filter: RemoteFilter }
  | { readonly ok: false; readonly message: string }

/** Makes a filter of a line, or says what is wrong with the line. */
export function findFilter(args: AuditArguments, now: number): FoundFilter {
  const { flags } = args
  const message = findWrong(args)
  if (message !== undefined) return wrong(message)
  const since = flags.since === '' ? '' : parseTime(flags.since, now)
  if (since === undefined) return wrong(wrongTime('since', flags.since))
  const until = flags.until === '' ? '' : parseTime(flags.until, now)
  if (until === undefined) return wrong(wrongTime('until', flags.until))
  const filter: Record<string, string> = {
    agent_id: flags.agent,
    session_id: flags.session,
    decision: flags.decision,
    scope: flags.scope,
    transport: flags.transport,
    request_id: flags['request-id'],
    trace_id: flags['trace-id'],
    kind: flags.kind,
    text: flags.text,
    since,
    until,
    // What is the default anyway is not asked for: a server of version 1.0 does not know it.
    order: flags.order === 'asc' ? '' : flags.order
  }
  const asked = Object.entries(filter).filter(([, value]) => value !== '')
  return { ok: true, filter: { ...Object.fromEntries(asked), offset: flags.offset } }
}

function wrongTime(name: string, text: string): string {
  return `invalid --${name} ${JSON.stringify(text)}: expected ${timeForms}`
}

function findWrong({ flags, given, positionals }: AuditArguments): string | undefined {
  const [extra] = positionals
  if (extra !== undefined) return `unexpected argument ${JSON.stringify(extra)}`
  if (!Number.isSafeInteger(flags.limit) || flags.limit < 1)
    return 'invalid --limit: expected a whole number above 0'
  if (!Number.isSafeInteger(flags.offset) || flags.offset < 0)
    return 'invalid --offset: expected a whole number, 0 or above'
  if (!flags.follow) return undefined
  const other = (['export', 'until', 'order', 'offset'] as const).find((name) => given.has(name))
  return other === undefined ? undefined : `--${other} cannot be used with --follow`
}

function wrong(message: string): FoundFilter {
  return { ok: false, message }
}
