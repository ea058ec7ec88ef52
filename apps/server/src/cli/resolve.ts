import { printable } from '@agentguard/protocol/printable'
import { type PersonsAnswer, sendAnswer } from '../client/send-answer.ts'
import type { ServerClient } from '../client/server-client.ts'
import { clientFlags, findClient } from './client-options.ts'
import { type Command, createCommand, reportWrongLine } from './command.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

/** `agentguard approve` */
export const approveCommand: Command = createResolveCommand('approve', 'Approves')

/** `agentguard deny` */
export const denyCommand: Command = createResolveCommand('deny', 'Denies')

function createResolveCommand(name: 'approve' | 'deny', verb: string): Command {
  const command: Command = createCommand({
    name,
    summary: `${verb} what waits for a person`,
    synopsis: '<id> ... [flags]',
    flags: {
      ...clientFlags,
      comment: { default: '', value: 'text', meaning: 'Why. The agent may see it' },
      ...outputFlags
    },
    notes: [
      'Exit code: 0 if the server took the answer for every id, 1 if not, 2 if the line is wrong.'
    ],
    examples: [
      [`${name} ap_0123456789abcdef0123456789abcdef`, 'one request'],
      [`${name} ap_… --url https://guard.example --tenant acme --comment 'as agreed'`, 'elsewhere']
    ],
    async run({ flags, positionals }, io) {
      const printer = createPrinter(flags, io)
      if (positionals.length === 0) {
        const wrong = { message: `${name}: an id is missing`, usage: command.usage }
        reportWrongLine({ ...wrong, isJson: printer.isJson }, io)
        return 1
      }
      const found = findClient(flags, io)
      if (!found.ok) {
        printer.fail({ code: 'wrong_line', message: found.message }, `${name}: `)
        return 2
      }
      const comment = flags.comment === '' ? undefined : flags.comment
      let exit = 0
      for (const id of positionals) {
        exit = Math.max(exit, await resolve({ name, id, comment }, found.client, printer))
      }
      return exit
    }
  })
  return command
}

/** Sends an answer and reports what came of it. Resolves to the exit code. */
async function resolve(
  { name, id, comment }: PersonsAnswer,
  client: ServerClient,
  printer: Printer
): Promise<number> {
  const sent = await sendAnswer(client, { name, id, comment })
  if (!sent.ok) {
    const { status } = sent.failure
    const prefix = status === undefined ? `${name}: ${client.url}: ` : `Failed (${status}): `
    return printer.fail(sent.failure, prefix)
  }
  printer.text(`Action ${name}: ${printable(sent.status)}`)
  printer.json(sent.body)
  return 0
}
