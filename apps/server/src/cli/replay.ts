import { stat } from 'node:fs/promises'
import { readLogFiles } from '@agentguard/audit/file'
import type { PolicyIssue } from '@agentguard/policy'
import { loadPolicyFile } from '@agentguard/policy/node'
import type { AuditEntry } from '@agentguard/protocol'
import { goQuote, printable } from '@agentguard/protocol/printable'
import { formatIssue } from '../policy/format-issue.ts'
import { logLines } from '../replay/log-lines.ts'
import { type Replayed, replayLog } from '../replay/replay-log.ts'
import {
  type Direction,
  type ReplaySummary,
  ReplayTally,
  ruleOf
} from '../replay/replay-summary.ts'
import { type Command, createCommand } from './command.ts'
import { contextFlags, readContext } from './context-flags.ts'
import { shortAction } from './describe-action.ts'
import { describeReplay, wireSummary } from './describe-replay.ts'
import type { Arguments, Flags } from './flags.ts'
import { parseTime, timeForms } from './parse-time.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'
import { createProgress, formatBytes } from './progress.ts'

const failed = 3

const replayFlags = {
  policy: { default: '', value: 'file', meaning: 'The policy to judge by. Required' },
  tenant: {
    default: 'local',
    value: 'id',
    meaning: 'Whose entries are judged; * judges those of all tenants'
  },
  agent: { default: '', value: 'id', meaning: 'Only of this agent' },
  since: {
    default: '',
    value: 'time',
    meaning: 'Only from this time on, such as 2026-11-22 or 7d'
  },
  until: { default: '', value: 'time', meaning: 'Only before this time' },
  list: { default: false, meaning: 'Lists each entry that would be decided differently' },
  'fail-on-change': {
    default: false,
    meaning: 'Exits with 1 if an entry would be decided differently'
  },
  ...contextFlags,
  ...outputFlags
} as const satisfies Flags

type ReplayArguments = Arguments<typeof replayFlags>

/** `agentguard replay` */
export const replayCommand: Command = createCommand({
  name: 'replay',
  summary: 'Says which recorded actions a policy would decide differently, and why',
  synopsis: '<audit.jsonl> --policy <file> [flags]',
  positional: 'file',
  flags: replayFlags,
  notes: [
    `Reads logs of AgentGuard 1.0 too, with their archives, compressed or not; an archive can be named by
itself. Each action is judged with the past that the log shows. Secrets that were taken out, and texts that
were cut, are not guessed: such an entry cannot be judged. Nor are rate limits and budgets counted again.`,
    `With --json each change is a line of JSON, and the last line is the summary.`,
    `Exit code: 0 when it was read, 1 if something changes and --fail-on-change is given, 2 if the line is
wrong, 3 if the log or the policy cannot be read.`
  ],
  examples: [
    ['replay audit.jsonl --policy new.yaml', 'before a new policy comes into force'],
    ['replay audit.jsonl --policy new.yaml --since 7d --list --fail-on-change', 'in CI'],
    [
      'replay audit.jsonl.20261122T070612Z.gz --policy new.yaml --json',
      'one archive, for a program'
    ]
  ],
  async run(args, io) {
    const printer = createPrinter(args.flags, io)
    const found = findSelection(args, Date.now())
    if (!found.ok) {
      printer.fail({ code: 'wrong_line', message: found.message }, 'replay: ')
      return 2
    }
    const { file, isAsked } = found
    const place = readContext(args)
    if (!place.ok) {
      printer.fail({ code: 'wrong_line', message: place.message }, 'replay: ')
      return 2
    }
    const loaded = await loadPolicyFile(args.flags.policy, place)
    if (!loaded.ok) return failOnPolicy(args.flags.policy, loaded.issues, printer)
    const progress = createProgress(io)
    const tally = new ReplayTally()
    let bytes = 0
    try {
      await stat(file)
      const lines = logLines(readLogFiles(file), (count) => {
        bytes += count
      })
      for await (const replayed of replayLog(lines, { policy: loaded.policy, isAsked })) {
        progress.update(() => `${formatBytes(bytes)} read`)
        const direction = tally.add(replayed)
        if (direction) reportChange(replayed, direction, args.flags.list, printer)
        await io.drained?.()
      }
    } catch (error) {
      printer.fail({ code: 'unreadable', message: (error as Error).message }, 'replay: ')
      return failed
    } finally {
      progress.end()
    }
    const summary = tally.summary()
    report(summary, { file, policy: loaded.policy.document.name }, printer)
    const changed = summary.stricter + summary.looser
    return args.flags['fail-on-change'] && changed > 0 ? 1 : 0
  }
})

type FoundSelection =
  | { readonly ok: true; readonly file: string; readonly isAsked: (entry: AuditEntry) => boolean }
  | { readonly ok: false; readonly message: string }

function findSelection({ flags, positionals }: ReplayArguments, now: number): FoundSelection {
  const [file, extra] = positionals
  if (file === undefined) return { ok: false, message: 'the log is missing' }
  if (extra !== undefined) {
    return { ok: false, message: `unexpected argument ${JSON.stringify(extra)}` }
  }
  if (flags.policy === '') return { ok: false, message: '--policy is required' }
  const since = flags.since === '' ? '' : parseTime(flags.since, now)
  const until = flags.until === '' ? '' : parseTime(flags.until, now)
  if (since === undefined || until === undefined) {
    return {
      ok: false,
      message: `invalid ${since === undefined ? '--since' : '--until'}: expected ${timeForms}`
    }
  }
  const [from, to] = [Date.parse(since), Date.parse(until)]
  return {
    ok: true,
    file,
    isAsked({ tenant_id, agent_id, timestamp }) {
      const at = Date.parse(timestamp)
      // Without a bound the comparison is with NaN, and so false.
      if (at < from || at >= to) return false
      const isTenant = flags.tenant === '*' || flags.tenant === (tenant_id || 'local')
      return isTenant && (flags.agent === '' || flags.agent === agent_id)
    }
  }
}

function failOnPolicy(file: string, issues: readonly PolicyIssue[], printer: Printer): number {
  const message = `failed to load policy ${file}: ${issues[0]?.message}`
  printer.fail({ code: 'invalid_policy', message }, 'replay: ')
  for (const issue of issues) printer.note(`  ${formatIssue(file, issue)}`)
  return failed
}

function reportChange(
  replayed: Replayed,
  direction: Direction,
  isListed: boolean,
  printer: Printer
): void {
  if (replayed.kind !== 'judged') return
  const { entry, place, verdict, recorded } = replayed
  const decision = recorded.isComparable ? recorded.decision : entry.result.decision
  printer.json({
    type: 'changed',
    direction,
    file: place.file,
    line: place.line,
    ...(entry.seq === undefined ? {} : { seq: entry.seq }),
    timestamp: entry.timestamp,
    agent_id: entry.agent_id,
    request: entry.request,
    was: { decision, result: entry.result },
    now: verdict
  })
  if (!isListed) return
  const where = printable(`${place.file}:${place.line}`)
  const change = printable(
    `${decision} ${ruleOf(entry.result)} -> ${verdict.decision} ${ruleOf(verdict)}`
  )
  const what = `${printable(entry.request.scope)} ${goQuote(shortAction(entry.request))}`
  printer.text(`${direction}\t${where}\t${what}\t${change}\t${printable(verdict.reason)}`)
}

function report(
  summary: ReplaySummary,
  names: { readonly file: string; readonly policy: string },
  printer: Printer
): void {
  printer.json({ type: 'summary', ...names, ...wireSummary(summary) })
  printer.text(...describeReplay(summary, names, printer.style))
}
