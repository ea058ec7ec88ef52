import type { Credential } from './credential.ts'
import { isRole, type Role, roles } from './role.ts'

/** A credential that somebody wants. */
export interface WantedCredential {
  readonly name: string
  readonly role: Role
  /**
   * For an agent: the `agent_id` that it asks as; `*` for something that asks for many agents, such as a
   * gateway.
   *
   * @defaultValue its name
   */
  readonly agent?: string
  /** The only tenant that it is good for. @defaultValue all */
  readonly tenant?: string
  /** When it stops to be good, in milliseconds since 1970. @defaultValue never */
  readonly expiresAt?: number
}

/** What is wrong with a credential that somebody wants. */
export interface CredentialIssue {
  readonly member: keyof WantedCredential
  /** In lower case, without a final period. */
  readonly message: string
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/
const idForm = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,256}$/u

/** Names that something else has: in `approvers` of a policy, a role stands for everybody who has it. */
const taken: readonly string[] = [...roles, 'key', 'link', 'anonymous', 'local']

/** Everything that is wrong with a credential that somebody wants. */
export function findIssues(wanted: WantedCredential, now: number): CredentialIssue[] {
  const { name, role, agent, tenant, expiresAt } = wanted
  const issues: CredentialIssue[] = []
  const say = (member: keyof WantedCredential, message: string) => issues.push({ member, message })
  if (!isRole(role)) say('role', `the role must be one of ${roles.join(', ')}`)
  if (!nameForm.test(name)) {
    say(
      'name',
      'the name must be 1 to 64 letters, digits or `._@+-`, the first a letter or a digit'
    )
  } else if (taken.includes(name.toLowerCase())) {
    say('name', `the name \`${name}\` stands for something else`)
  }
  if (agent !== undefined && role !== 'agent') say('agent', 'only the role `agent` has an agent')
  if (agent !== undefined && !idForm.test(agent)) say('agent', lengthRule('agent'))
  if (tenant !== undefined && !idForm.test(tenant)) say('tenant', lengthRule('tenant'))
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) {
    say('expiresAt', 'the time at which it expires must be in the future')
  }
  return issues
}

function lengthRule(what: string): string {
  return `the ${what} must be 1 to 256 characters without control characters`
}

/** The members of a credential that somebody wants, as they are kept. */
export function membersOf({
  name,
  role,
  agent,
  tenant,
  expiresAt
}: WantedCredential): Pick<Credential, keyof WantedCredential> {
  return {
    name,
    role,
    ...(role === 'agent' ? { agent: agent ?? name } : {}),
    ...(tenant === undefined ? {} : { tenant }),
    ...(expiresAt === undefined ? {} : { expiresAt })
  }
}
