import { type Created, isRole, roles, type WantedCredential } from '@agentguard/access'
import { timestamp } from '../http/auth/timestamp.ts'
import { type Command, createCommand, reportWrongLine } from './command.ts'
import { wireCredential } from './describe-credential.ts'
import { keysFlags, withKeys } from './keys-store.ts'
import { parseExpiry } from './parse-expiry.ts'
import { createPrinter, type Printer } from './printer.ts'

/** `agentguard keys create` */
export const keysCreateCommand: Command = createCommand({
  name: 'keys create',
  summary: 'Makes a credential and prints its secret, once',
  synopsis: '--role <role> --name <name> [flags]',
  flags: {
    role: { default: '', value: roles.join('|'), meaning: 'What it may do. Required' },
    name: {
      default: '',
      value: 'name',
      meaning: 'What it is called in logs, and in `approvers` of policies. Required'
    },
    agent: {
      default: '',
      value: 'agent_id',
      meaning:
        'The agent that it asks as; * for a gateway that asks for many. Only with role agent',
      defaultText: 'its name'
    },
    tenant: {
      default: '',
      value: 'id',
      meaning: 'The only tenant that it is good for',
      defaultText: 'all'
    },
    expires: {
      default: '',
      value: 'time',
      meaning: 'When it stops to be good: 90d, 36h, or RFC 3339',
      defaultText: 'never'
    },
    ...keysFlags
  },
  notes: [
    `The secret goes to standard output, everything else to standard error. It is stored as a hash: nobody can
read it again. Clients send it as they send the API key, and people sign in with it.`,
    `The first credential ends the mode in which a server without an API key answers everybody.`,
    'A running server takes it over within a second. Exit code: 0 done, 1 not done, 2 the line is wrong.'
  ],
  examples: [
    ['keys create --role agent --name ci --expires 90d', 'for an agent that calls itself ci'],
    ['keys create --role approver --name ann --tenant acme', 'for a person'],
    ['keys create --role agent --name gateway --agent "*"', 'for a gateway with many agents']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const now = Date.now()
    const wanted = readWanted(flags, now)
    const [extra] = positionals
    const message =
      extra === undefined ? wanted.message : `unexpected argument ${JSON.stringify(extra)}`
    if (message !== undefined || !wanted.credential) {
      const { usage } = keysCreateCommand
      const { isJson } = printer
      reportWrongLine({ message: `keys create: ${message}`, usage, isJson }, io)
      return 2
    }
    const { credential } = wanted
    return withKeys({ ...flags, creates: true }, printer, async ({ credentials }, where) =>
      report(await credentials.create(credential), { name: credential.name, where }, printer)
    )
  }
})

interface CreateFlags {
  readonly role: string
  readonly name: string
  readonly agent: string
  readonly tenant: string
  readonly expires: string
}

type Wanted =
  | { readonly credential: WantedCredential; readonly message?: undefined }
  | { readonly credential?: undefined; readonly message: string }

function readWanted({ role, name, agent, tenant, expires }: CreateFlags, now: number): Wanted {
  if (role === '') return { message: '--role is missing' }
  if (!isRole(role)) {
    return { message: `invalid --role ${JSON.stringify(role)}: expected ${roles.join(', ')}` }
  }
  if (name === '') return { message: '--name is missing' }
  const expiresAt = expires === '' ? undefined : parseExpiry(expires, now)
  if (expires !== '' && expiresAt === undefined) {
    const given = JSON.stringify(expires)
    return { message: `invalid --expires ${given}: expected a span such as 90d, or RFC 3339` }
  }
  return {
    credential: {
      role,
      name,
      ...(agent === '' ? {} : { agent }),
      ...(tenant === '' ? {} : { tenant }),
      ...(expiresAt === undefined ? {} : { expiresAt })
    }
  }
}

function report(
  created: Created,
  { name, where }: { readonly name: string; readonly where: string },
  printer: Printer
): number {
  const prefix = 'keys create: '
  if (!created.ok) {
    switch (created.reason) {
      case 'invalid': {
        const message = created.issues.map((issue) => issue.message).join('; ')
        return printer.fail({ code: 'invalid_credential', message }, prefix)
      }
      case 'name_taken':
        return printer.fail(
          {
            code: 'name_taken',
            message: `there is a credential \`${name}\``,
            next: 'Take another name, or revoke that one first: agentguard keys revoke <name>'
          },
          prefix
        )
      case 'full':
        return printer.fail(
          {
            code: 'full',
            message: 'there are as many credentials as may be',
            next: 'Revoke those that nobody uses: agentguard keys list shows them.'
          },
          prefix
        )
      default:
        return created satisfies never
    }
  }
  const { credential, secret } = created
  const { id, role, expiresAt } = credential
  const end = expiresAt === undefined ? 'never expires' : `expires ${timestamp(expiresAt)}`
  printer.note(`Created the ${role} \`${name}\` (${id}) in ${where}; it ${end}.`)
  printer.note('This is its secret. It is not shown again:')
  printer.text(secret)
  printer.json({ ...wireCredential(credential), secret })
  return 0
}
