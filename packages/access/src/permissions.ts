import type { Role } from './role.ts'

/**
 * What a request needs.
 *
 * - `check`: to ask about actions
 * - `follow`: to hear how an approval stands
 * - `report`: to record a denial that was made elsewhere
 * - `read`: to see the audit log, what is pending, numbers, the event stream
 * - `write`: to answer approvals
 * - `admin`: to manage credentials and sessions
 */
export type Need = 'check' | 'follow' | 'report' | 'read' | 'write' | 'admin'

/** `own` is: as one's own agent, and about what one has asked for. */
export type Permission = 'any' | 'own' | 'none'

/**
 * Who may do what. docs/access.md has the same table.
 *
 * An agent never sees what others do and never answers. Who answers or looks does not ask: so that nobody's
 * one credential asks for something and approves it, but an administrator's, whose own requests are refused by
 * name.
 */
export const permissions: Readonly<Record<Role, Readonly<Record<Need, Permission>>>> = {
  agent: {
    check: 'own',
    follow: 'own',
    report: 'own',
    read: 'none',
    write: 'none',
    admin: 'none'
  },
  approver: {
    check: 'none',
    follow: 'any',
    report: 'none',
    read: 'any',
    write: 'any',
    admin: 'none'
  },
  auditor: {
    check: 'none',
    follow: 'any',
    report: 'none',
    read: 'any',
    write: 'none',
    admin: 'none'
  },
  admin: { check: 'any', follow: 'any', report: 'any', read: 'any', write: 'any', admin: 'any' }
}

/** Whether a role may do this at all. Where it is `own`, whoever calls has to look at what is asked. */
export function mayDo(role: Role, need: Need): boolean {
  return permissions[role][need] !== 'none'
}
