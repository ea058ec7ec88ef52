import { type HealthReport, healthReportSchema, healthSchema } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { isUnknownTenant, listPending, type PendingList } from '../client/list-pending.ts'
import { readWire } from '../client/read-wire.ts'
import { strangeAnswer } from '../client/send-answer.ts'
import type { ReplyFailure, ServerClient } from '../client/server-client.ts'
import { clientFlags, findClient } from './client-options.ts'
import { type Command, createCommand } from './command.ts'
import { approvalLine } from './describe-approval.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

/** `agentguard status` */
export const statusCommand: Command = createCommand({
  name: 'status',
  summary: 'Says how a server is, and what waits for a person',
  synopsis: '[flags]',
  flags: { ...clientFlags, ...outputFlags },
  notes: [
    `Exit code: 0 if the server is there and what waits could be read, or is not offered by it; 1 if not, also
if the key is wrong; 2 if the line is wrong. A server that is degraded is there: the text says so.`
  ],
  examples: [
    ['status', 'this machine'],
    ['status --url https://guard.example --json', 'for a program']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const found = findClient(flags, io)
    if (!found.ok || positionals[0] !== undefined) {
      const message = found.ok
        ? `unexpected argument ${JSON.stringify(positionals[0])}`
        : found.message
      printer.fail({ code: 'wrong_line', message }, 'status: ')
      return 2
    }
    const { client } = found
    const health = await askHealth(client)
    if (!health.ok) return reportDown(health.failure, client, printer)
    const { style } = printer
    printer.text(`AgentGuard server: ${style.green('OK')} (${printable(client.url)})`)
    const report = await askReport(client)
    for (const warning of report?.warnings ?? []) {
      printer.text(`${style.yellow('Warning')}: ${printable(warning)}`)
    }
    if (report?.status === 'degraded') printer.text(`Health: ${style.yellow('degraded')}`)
    const pending = await listPending(client)
    const exit = reportPending(pending, printer)
    printer.json({
      status: 'ok',
      url: client.url,
      version: health.version,
      ...(report ? { health: report } : {}),
      pending: pending.ok ? pending.body : null,
      ...(pending.ok ? {} : { pending_error: pending.failure.message })
    })
    return exit
  }
})

type ServerHealth =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly failure: ReplyFailure }

async function askHealth(client: ServerClient): Promise<ServerHealth> {
  // The health of the server is not that of a tenant.
  const reply = await client.request('health', { isGlobal: true })
  if (!reply.ok) return reply
  const health = readWire(healthSchema, reply.body)
  return health ? { ok: true, version: health.version } : { ok: false, failure: strangeAnswer }
}

/** How the server does for the tenant, if it says so. */
async function askReport(client: ServerClient): Promise<HealthReport | undefined> {
  const reply = await client.request('v1/health')
  return reply.ok ? readWire(healthReportSchema, reply.body) : undefined
}

function reportDown(failure: ReplyFailure, client: ServerClient, printer: Printer): number {
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`
  return printer.fail(failure, `AgentGuard server: failed (${client.url})${status}: `)
}

/** Returns the exit code: only what a server may leave out is no failure. */
function reportPending(pending: PendingList, printer: Printer): number {
  if (pending.ok) {
    const { approvals, unreadable } = pending
    const count = approvals.length === 0 ? 'none' : String(approvals.length)
    printer.text(`Pending approvals: ${count}`, ...approvals.map(approvalLine))
    if (unreadable === 0) return 0
    printer.note(`status: ${unreadable} of the answer cannot be read`)
    return 1
  }
  const { status, message } = pending.failure
  if (status === 401) {
    printer.text('Pending approvals: unauthorized (set --api-key or AGENTGUARD_API_KEY)')
    return 1
  }
  if (isUnknownTenant(pending.failure)) {
    printer.text('Pending approvals: tenant not found (look at --tenant)')
    return 1
  }
  if (status === 404) {
    printer.text('Pending approvals: unavailable (dashboard not enabled?)')
    return 0
  }
  printer.text(`Pending approvals: unknown (${printable(message)})`)
  return 1
}
