/** What somebody is. One credential has one role. */
export type Role = 'agent' | 'approver' | 'auditor' | 'admin'

export const roles: readonly Role[] = ['agent', 'approver', 'auditor', 'admin']

/** Whether a text is the name of a role. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
