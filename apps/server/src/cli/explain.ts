import { stat } from 'node:fs/promises'
import { type Explanation, formatExplanation, type Policy } from '@agentguard/policy'
import { loadPolicyFile } from '@agentguard/policy/node'
import { type AuditEntry, readActionRequest } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { readActions } from '../check/read-actions.ts'
import { RemoteLogError, remoteAuditLog } from '../client/remote-audit-log.ts'
import type { ServerClient } from '../client/server-client.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { type FoundEntry, findEntry } from '../replay/find-entry.ts'
import { findObstacle } from '../replay/find-obstacle.ts'
import { actionFlags, findAction } from './action-options.ts'
import { clientFlags, findClient } from './client-options.ts'
import { type Command, createCommand } from './command.ts'
import { contextFlags, readContext } from './context-flags.ts'
import { describeDecision } from './describe-decision.ts'
import type { Arguments, Flags } from './flags.ts'
import type { Io } from './io.ts'
import { printableLines } from './printable-lines.ts'
import { createPrinter, type Failure, outputFlags, type Printer } from './printer.ts'

const explainFlags = {
  policy: { default: '', value: 'file', meaning: 'The policy. Required for an action' },
  seq: {
    default: -1,
    value: 'number',
    meaning: 'The number of the entry in the log',
    defaultText: ''
  },
  'request-id': { default: '', value: 'id', meaning: 'The request that the entry answers' },
  'audit-log': {
    default: '',
    value: 'file',
    meaning: 'The log to look in, with its archives',
    defaultText: 'the log of the server'
  },
  ...contextFlags,
  ...actionFlags,
  ...clientFlags,
  url: {
    default: '',
    value: 'url',
    meaning: 'The URL of the action. With --seq or --request-id: where the server is',
    defaultText: 'AGENTGUARD_URL, else http://localhost:8080'
  },
  ...outputFlags
} as const satisfies Flags

type ExplainArguments = Arguments<typeof explainFlags>

/** `agentguard explain` */
export const explainCommand: Command = createCommand({
  name: 'explain',
  summary: 'Says why something was decided, or would be: effects, rules and lines',
  synopsis: '[--seq <number> | --request-id <id> | --scope … --policy <file>] [flags]',
  flags: explainFlags,
  notes: [
    `An entry says itself what decided it. With --policy it is judged again, by that file; from a log file
with the past that the log shows, from a server without one.`,
    'Exit code: 0 if it is explained, 1 if there is no such entry or something cannot be read, 2 if the line is wrong.'
  ],
  examples: [
    ["explain --policy my.yaml --scope shell --command 'git push'", 'an action'],
    ['explain --seq 1842 --audit-log audit.jsonl --policy my.yaml', 'an entry of a log'],
    ['explain --request-id 0a1b2c --url https://guard.example', 'an entry of a server']
  ],
  async run(args, io) {
    const printer = createPrinter(args.flags, io)
    const wrong = findWrong(args)
    if (wrong !== undefined) {
      printer.fail({ code: 'wrong_line', message: wrong }, 'explain: ')
      return 2
    }
    const fail = (failure: Failure): number => printer.fail(failure, 'explain: ')
    try {
      const policy = await loadPolicy(args, printer)
      const found = isAboutEntry(args)
        ? await lookUp(args, policy, io)
        : await explainAction(args, policy as Policy, io)
      if (found) return report(found, args, printer)
      return fail({ code: 'not_found', message: 'there is no such entry' })
    } catch (error) {
      if (error instanceof RemoteLogError) return fail(error.failure)
      return fail({ code: 'unreadable', message: (error as Error).message })
    }
  }
})

function isAboutEntry({ given }: ExplainArguments): boolean {
  return given.has('seq') || given.has('request-id')
}

function findWrong(args: ExplainArguments): string | undefined {
  const { flags, given, positionals } = args
  const [extra] = positionals
  if (extra !== undefined) return `unexpected argument ${JSON.stringify(extra)}`
  const actionNames = Object.keys(actionFlags).filter((name) => name !== 'url')
  const isAction = actionNames.some((name) => given.has(name))
  const place = readContext(args)
  if (!place.ok) return place.message
  if (given.has('seq') && (!Number.isSafeInteger(flags.seq) || flags.seq < 0))
    return 'invalid --seq: expected a whole number, 0 or above'
  if (isAboutEntry(args)) {
    return isAction ? 'an entry and an action exclude each other' : undefined
  }
  if (!isAction) return 'what is to be explained: --seq, --request-id, or an action?'
  return flags.policy === '' ? '--policy is required' : undefined
}

async function loadPolicy(args: ExplainArguments, printer: Printer): Promise<Policy | undefined> {
  const { policy: file } = args.flags
  if (file === '') return undefined
  const place = readContext(args)
  if (!place.ok) throw new Error(place.message)
  const loaded = await loadPolicyFile(file, place)
  if (loaded.ok) return loaded.policy
  for (const issue of loaded.issues) printer.note(`  ${formatIssue(file, issue)}`)
  throw new Error(`failed to load policy ${file}: ${loaded.issues[0]?.message}`)
}

/** What is explained: an entry, an action, or an entry with what a policy says of it. */
type Explained = Partial<FoundEntry>

async function explainAction(args: ExplainArguments, policy: Policy, io: Io): Promise<Explained> {
  const found = findAction(args, io)
  if (!found.ok) throw new Error(found.message)
  for await (const { place, parsed } of readActions(found.source)) {
    if (!parsed.ok) throw new Error(place + parsed.message)
    return { explanation: policy.explain(parsed.action) }
  }
  throw new Error('there is no action')
}

async function lookUp(
  { flags, given }: ExplainArguments,
  policy: Policy | undefined,
  io: Io
): Promise<Explained | undefined> {
  // A server knows which tenant is meant. A file holds all of them.
  const isOfTenant = ({ tenant_id }: AuditEntry): boolean =>
    !given.has('tenant') || (tenant_id || 'local') === flags.tenant
  const isWanted = ({ seq, request_id }: AuditEntry): boolean =>
    (!given.has('seq') || seq === flags.seq) &&
    (!given.has('request-id') || request_id === flags['request-id'])
  if (flags['audit-log'] !== '') {
    await stat(flags['audit-log'])
    return findEntry(flags['audit-log'], (entry) => isWanted(entry) && isOfTenant(entry), policy)
  }
  const found = findClient(flags, io)
  if (!found.ok) throw new Error(found.message)
  const entry = await askServer(found.client, flags, isWanted)
  if (!entry) return undefined
  const where = found.client.url
  const obstacle = findObstacle(entry)
  const read = readActionRequest(entry.request)
  if (obstacle !== undefined) return { entry, where, obstacle }
  return {
    entry,
    where,
    ...(policy && read.ok ? { explanation: policy.explain(read.action) } : {})
  }
}

async function askServer(
  client: ServerClient,
  flags: ExplainArguments['flags'],
  isWanted: (entry: AuditEntry) => boolean
): Promise<AuditEntry | undefined> {
  const log = remoteAuditLog(client)
  const request_id = flags['request-id']
  // The position of a line in the log is its number.
  const filter = request_id === '' ? { cursor: `p${flags.seq - 1}` } : { request_id }
  const { lines } = await log.query({ ...filter, limit: 1 })
  return lines.find((line): line is AuditEntry => !('_meta' in line) && isWanted(line))
}

const obstacles = {
  redacted: 'It cannot be judged again: something was taken out of it.',
  truncated: 'It cannot be judged again: it was too long and is cut.',
  unreadable: 'It cannot be judged again: it cannot be read.',
  unknown_history: 'It cannot be judged again: that depends on actions that the log does not show.'
} as const

function report(explained: Explained, { flags }: ExplainArguments, printer: Printer): number {
  const { entry, where, explanation, obstacle } = explained
  const recordedDigest = entry?.policy_digest ?? entry?.result.policy_digest
  printer.json({
    ...(entry ? { recorded: entry } : {}),
    ...(explanation ? { explanation } : {}),
    ...(obstacle ? { obstacle } : {})
  })
  if (entry) {
    printer.text(`Recorded in ${printable(where ?? 'the log')}:`)
    printer.text(...describeDecision(entry).map((line) => `  ${line}`))
  }
  if (obstacle && flags.policy !== '') printer.text('', obstacles[obstacle])
  if (!explanation) return 0
  if (entry)
    printer.text('', `By ${printable(flags.policy)} now${sameness(explanation, recordedDigest)}:`)
  printer.text(...printableLines(formatExplanation(explanation)))
  return 0
}

function sameness({ verdict }: Explanation, recorded: string | undefined): string {
  if (recorded === undefined) return ''
  return recorded === verdict.policy_digest
    ? ', the very policy that decided'
    : ', which is another policy'
}
