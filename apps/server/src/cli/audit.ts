import { type AuditLog, exportCsv, exportJsonLines, type LogLine } from '@agentguard/audit'
import { followAudit } from '../client/follow-audit.ts'
import {
  type RemoteFilter,
  RemoteLogError,
  remoteAuditLog,
  timeOf
} from '../client/remote-audit-log.ts'
import type { ReplyFailure } from '../client/server-client.ts'
import { auditFlags, findFilter } from './audit-options.ts'
import { findClient } from './client-options.ts'
import { type Command, createCommand } from './command.ts'
import { describeLine } from './describe-entry.ts'
import type { Io } from './io.ts'
import { createPrinter, escapeControls, type Printer } from './printer.ts'
import { createProgress } from './progress.ts'

/** `agentguard audit` */
export const auditCommand: Command = createCommand({
  name: 'audit',
  summary: 'Shows, follows or exports the audit log of a server',
  synopsis: '[flags]',
  flags: auditFlags,
  notes: [
    'With --json each entry is a line of JSON, as the server has it.',
    `Exit code: 0 if the log could be read, also if nothing was found; 1 if the server says no or is not
there; 2 if the line is wrong.`
  ],
  examples: [
    ['audit --decision DENY --since 24h --order desc', 'what was denied since yesterday'],
    ['audit --follow --agent helper', 'what an agent does now'],
    [
      'audit --export csv --since 2026-11-01 --until 2026-12-01 > november.csv',
      'for a spreadsheet'
    ],
    ["audit --kind '*'", 'starts, policy loads, resolutions']
  ],
  async run(args, io) {
    const { flags, given } = args
    const printer = createPrinter(flags, io)
    const asked = findFilter(args, Date.now())
    const found = findClient(flags, io)
    if (!asked.ok || !found.ok) {
      const message = asked.ok ? (found.ok ? '' : found.message) : asked.message
      printer.fail({ code: 'wrong_line', message }, 'audit: ')
      return 2
    }
    const log = remoteAuditLog(found.client)
    const { filter } = asked
    const work = { log, filter, printer, io }
    try {
      if (flags.follow) await follow(work, flags.limit)
      else if (flags.export !== '') {
        const bound = given.has('limit') ? { limit: flags.limit } : {}
        return await exportAll({ ...work, filter: { ...filter, ...bound } }, flags.export)
      } else await list({ ...work, filter: { ...filter, limit: flags.limit } })
      return 0
    } catch (error) {
      if (!(error instanceof RemoteLogError)) throw error
      return reportFailure(error.failure, found.client.url, printer)
    }
  }
})

interface Work {
  readonly log: Pick<AuditLog, 'query'>
  readonly filter: RemoteFilter
  readonly printer: Printer
  readonly io: Io
}

async function list({ log, filter, printer }: Work): Promise<void> {
  const { lines, unreadable, cursor } = await log.query(filter)
  printer.text(
    ...(lines.length === 0
      ? ['No audit entries found.']
      : [`Showing ${lines.length} audit entries:`, ''])
  )
  for (const line of lines) print(line, printer)
  if (unreadable > 0) printer.note(`audit: ${unreadable} of the answer cannot be read`)
  // Scripts know no such line.
  if (cursor !== undefined && printer.isTerminal) {
    printer.note('There are more: --limit, --offset, --order desc, or --export.')
  }
}

async function exportAll(
  { log, filter, printer, io }: Work,
  format: 'jsonl' | 'csv'
): Promise<number> {
  const progress = createProgress(io)
  let [count, unreadable] = [0, 0]
  const counted: Pick<AuditLog, 'query'> = {
    async query(...asked) {
      const page = await log.query(...asked)
      count += page.lines.length
      unreadable += page.unreadable
      progress.update(() => `${count} entries`)
      return page
    }
  }
  try {
    const texts = format === 'csv' ? exportCsv(counted, filter) : exportJsonLines(counted, filter)
    for await (const text of texts) {
      io.out(printer.isTerminal ? escapeControls(text.replaceAll('\r\n', '\n')) : text)
      await io.drained?.()
    }
  } finally {
    progress.end()
  }
  if (unreadable === 0) return 0
  const message = `${unreadable} entries could not be read`
  return printer.fail({ code: 'unreadable', message }, 'audit: ')
}

/** How many of the latest are looked at to begin with. */
const maxLatest = 1000

async function follow({ log, filter, printer, io }: Work, limit: number): Promise<void> {
  const signal = io.stopSignal()
  const latest =
    filter.since === undefined
      ? (await log.query({ ...filter, order: 'desc', limit: Math.min(limit, maxLatest) })).lines
      : []
  const oldest = latest.at(-1)
  const since = filter.since === undefined ? oldest && timeOf(oldest) : Date.parse(filter.since)
  const lines = followAudit(log, {
    filter,
    since: since ?? Date.now(),
    signal,
    onFailure: ({ message }) => printer.note(`audit: ${message}; trying again`)
  })
  for await (const line of lines) print(line, printer)
}

function print(line: LogLine, printer: Printer): void {
  printer.text(...describeLine(line, printer.style))
  printer.json(line)
}

function reportFailure(failure: ReplyFailure, url: string, printer: Printer): number {
  if (failure.status === 401) {
    const message = 'unauthorized (set --api-key or AGENTGUARD_API_KEY)'
    return printer.fail({ code: failure.code, status: 401, message }, 'audit: ')
  }
  const where = failure.status === undefined ? `${url}: ` : `HTTP ${failure.status}: `
  return printer.fail(failure, `audit: ${where}`)
}
