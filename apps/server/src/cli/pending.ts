import { printable } from '@agentguard/protocol/printable'
import { isUnknownTenant, listPending } from '../client/list-pending.ts'
import type { ReplyFailure, ServerClient } from '../client/server-client.ts'
import { answerPending } from './answer-pending.ts'
import { clientFlags, findClient } from './client-options.ts'
import { type Command, createCommand } from './command.ts'
import { approvalDetails, approvalLine } from './describe-approval.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

/** `agentguard pending` */
export const pendingCommand: Command = createCommand({
  name: 'pending',
  summary: 'Shows what waits for a person, and takes the answers',
  synopsis: '[flags]',
  flags: {
    watch: {
      default: false,
      meaning:
        'On a terminal: shows one after the other and takes an answer to each, until q is pressed'
    },
    ...clientFlags,
    ...outputFlags
  },
  notes: [
    `Everything that is known of an action is shown, its arguments included. In front of a terminal, a approves,
d denies, s skips, q quits; what was typed before an action was shown does not count.`,
    'Exit code: 0 if what waits could be read, 1 if not, 2 if the line is wrong.'
  ],
  examples: [
    ['pending', 'what waits, in full'],
    ['pending --watch --tenant acme', 'answer in the terminal'],
    ['pending --json', 'for a program']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const found = findClient(flags, io)
    if (!found.ok || positionals[0] !== undefined) {
      const extra = `unexpected argument ${JSON.stringify(positionals[0])}`
      const message = found.ok ? extra : found.message
      printer.fail({ code: 'wrong_line', message }, 'pending: ')
      return 2
    }
    const { client } = found
    const openKeys = io.terminal?.openKeys
    const failure =
      flags.watch && openKeys && !printer.isJson
        ? await answerPending(client, { keys: openKeys(), signal: io.stopSignal(), printer })
        : await printPending(client, printer)
    return failure ? reportFailure(failure, client, printer) : 0
  }
})

async function printPending(
  client: ServerClient,
  printer: Printer
): Promise<ReplyFailure | undefined> {
  const list = await listPending(client)
  if (!list.ok) return list.failure
  const { approvals, body, unreadable } = list
  printer.json(body)
  printer.text(`Pending approvals: ${approvals.length === 0 ? 'none' : approvals.length}`)
  const now = Date.now()
  for (const approval of approvals) {
    const details = approvalDetails(approval, now).map((line) => `      ${line}`)
    printer.text(approvalLine(approval), ...details)
  }
  if (unreadable === 0) return undefined
  return { code: 'unreadable', message: `${unreadable} of the answer cannot be read` }
}

function reportFailure(failure: ReplyFailure, client: ServerClient, printer: Printer): number {
  const { status } = failure
  if (status === 404 && !isUnknownTenant(failure)) {
    const next = 'Start it with --dashboard.'
    const message = `${printable(client.url)} does not offer what waits`
    return printer.fail({ code: failure.code, status, message, next }, 'pending: ')
  }
  return printer.fail(
    failure,
    status === undefined ? `pending: ${client.url}: ` : `Failed (${status}): `
  )
}
