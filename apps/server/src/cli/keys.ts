import type { Credential } from '@agentguard/access'
import { printable } from '@agentguard/protocol/printable'
import { timestamp } from '../http/auth/timestamp.ts'
import { wireSession } from '../http/auth/wire-session.ts'
import { type Command, createCommand, reportWrongLine } from './command.ts'
import { formatTable, stateOf, wireCredential } from './describe-credential.ts'
import type { Io } from './io.ts'
import { keysCreateCommand } from './keys-create.ts'
import { keysFlags, withKeys } from './keys-store.ts'
import { parseSpan } from './parse-expiry.ts'
import { createPrinter, type Printer } from './printer.ts'

const exitNote =
  'A running server takes it over within a second. Exit code: 0 done, 1 not done, 2 the line is wrong.'

/** `agentguard keys list` */
const keysListCommand: Command = createCommand({
  name: 'keys list',
  summary: 'Lists the credentials, without their secrets',
  synopsis: '[flags]',
  flags: {
    all: { default: false, meaning: 'Lists those that are revoked or expired, too' },
    ...keysFlags
  },
  examples: [['keys list --all --json', 'for a program']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [extra] = positionals
    if (extra !== undefined) return wrongLine(keysListCommand, unexpected(extra), printer, io)
    return withKeys({ ...flags, creates: false }, printer, async ({ credentials }) => {
      const now = Date.now()
      const all = await credentials.list()
      const shown = flags.all ? all : all.filter((one) => stateOf(one, now) === 'active')
      if (shown.length === 0) printer.text('There are no credentials.')
      else printer.text(...formatTable([heads, ...shown.map((one) => cells(one, now))]))
      printer.json(shown.map(wireCredential))
      return 0
    })
  }
})

const heads = ['ID', 'NAME', 'ROLE', 'AGENT', 'TENANT', 'STATE', 'EXPIRES', 'LAST USED']

function cells(credential: Credential, now: number): string[] {
  const { id, name, role, agent = '-', tenant = 'all', expiresAt, lastUsedAt } = credential
  const time = (ms: number | undefined): string => (ms === undefined ? 'never' : timestamp(ms))
  const state = stateOf(credential, now)
  return [id, name, role, agent, tenant, state, time(expiresAt), time(lastUsedAt)].map(printable)
}

/** `agentguard keys revoke` */
const keysRevokeCommand: Command = createCommand({
  name: 'keys revoke',
  summary: 'Ends a credential for ever, with its sessions; or one session',
  synopsis: '<name or id> ... [flags]',
  flags: keysFlags,
  notes: [exitNote],
  examples: [
    ['keys revoke ci', 'the credential of that name'],
    ['keys revoke as_0123456789abcdef', 'a browser that is signed in']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    if (positionals.length === 0) {
      return wrongLine(keysRevokeCommand, 'a name or an id is missing', printer, io)
    }
    return withKeys({ ...flags, creates: false }, printer, async ({ credentials, sessions }) => {
      let exit = 0
      for (const which of positionals) {
        const isSession = /^as_[0-9a-f]{16}$/.test(which)
        const isRevoked = isSession
          ? await sessions.revoke(which)
          : (await credentials.revoke(which)).ok
        if (!isRevoked) exit = notFound('keys revoke', which, printer)
        else {
          printer.text(`Revoked ${printable(which)}`)
          printer.json({ revoked: which })
        }
      }
      return exit
    })
  }
})

/** `agentguard keys rotate` */
const keysRotateCommand: Command = createCommand({
  name: 'keys rotate',
  summary: 'Gives a credential a new secret and prints it, once',
  synopsis: '<name or id> [flags]',
  flags: {
    overlap: {
      default: '',
      value: 'span',
      meaning: 'How long the old secret stays good, such as 1h',
      defaultText: 'not at all'
    },
    ...keysFlags
  },
  notes: ['Browsers that are signed in with it have to sign in again.', exitNote],
  examples: [['keys rotate ci --overlap 1h', 'with an hour to replace it everywhere']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [which, extra] = positionals
    const overlapMs = flags.overlap === '' ? 0 : parseSpan(flags.overlap)
    if (which === undefined || extra !== undefined || overlapMs === undefined) {
      const given = JSON.stringify(flags.overlap)
      const wrongSpan = `invalid --overlap ${given}: expected a span such as 1h`
      const wrongName = extra === undefined ? 'a name or an id is missing' : unexpected(extra)
      const message = overlapMs === undefined ? wrongSpan : wrongName
      return wrongLine(keysRotateCommand, message, printer, io)
    }
    return withKeys({ ...flags, creates: false }, printer, async ({ credentials }) => {
      const rotated = await credentials.rotate(which, { overlapMs })
      if (!rotated.ok) return notFound('keys rotate', which, printer)
      const { credential, secret } = rotated
      const old = overlapMs === 0 ? 'is good for nothing now' : `is good for ${flags.overlap} more`
      printer.note(`The secret of \`${credential.name}\` that there was ${old}.`)
      printer.note('This is the new one. It is not shown again:')
      printer.text(secret)
      printer.json({ ...wireCredential(credential), secret })
      return 0
    })
  }
})

/** `agentguard keys sessions` */
const keysSessionsCommand: Command = createCommand({
  name: 'keys sessions',
  summary: 'Lists the browsers that are signed in',
  synopsis: '[flags]',
  flags: keysFlags,
  examples: [['keys sessions', '`keys revoke <id>` ends one']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [extra] = positionals
    if (extra !== undefined) return wrongLine(keysSessionsCommand, unexpected(extra), printer, io)
    return withKeys({ ...flags, creates: false }, printer, async ({ credentials, sessions }) => {
      const names = new Map((await credentials.list()).map(({ id, name }) => [id, name]))
      const all = await sessions.list()
      const rows = all.map(({ id, credentialId, openedAt, expiresAt, from }) => [
        id,
        credentialId === undefined ? 'key' : (names.get(credentialId) ?? credentialId),
        printable(from),
        timestamp(openedAt),
        timestamp(expiresAt)
      ])
      if (rows.length === 0) printer.text('Nobody is signed in.')
      else printer.text(...formatTable([['ID', 'WHO', 'FROM', 'SINCE', 'EXPIRES'], ...rows]))
      printer.json(all.map(wireSession))
      return 0
    })
  }
})

/** The commands `agentguard keys …`. */
export const keysCommands: readonly Command[] = [
  keysCreateCommand,
  keysListCommand,
  keysRevokeCommand,
  keysRotateCommand,
  keysSessionsCommand
]

function notFound(command: string, which: string, printer: Printer): number {
  return printer.fail(
    {
      code: 'not_found',
      message: `there is no ${JSON.stringify(which)} that is not revoked`,
      next: 'agentguard keys list shows the credentials, agentguard keys sessions the sessions.'
    },
    `${command}: `
  )
}

function wrongLine(command: Command, message: string, { isJson }: Printer, io: Io): number {
  reportWrongLine({ message: `${command.name}: ${message}`, usage: command.usage, isJson }, io)
  return 2
}

function unexpected(argument: string): string {
  return `unexpected argument ${JSON.stringify(argument)}`
}
