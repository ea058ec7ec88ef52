import type { Approval } from '@agentguard/protocol'

/** Pending approvals of one action, which a person sees as one and decides together. */
export interface ApprovalGroup {
  /** The oldest of them. The others are of the same action. */
  readonly approval: Approval
  /** All of them, oldest first. */
  readonly ids: readonly string[]
}

/** Groups the pending approvals of a tenant by the action that they are bound to, oldest first. */
export function groupAlike(pending: readonly Approval[]): ApprovalGroup[] {
  const groups = new Map<string, { approval: Approval; ids: string[] }>()
  for (const approval of pending) {
    // Without a digest nothing is known to be the same.
    const key = approval.digest ?? approval.id
    const group = groups.get(key)
    if (group) group.ids.push(approval.id)
    else groups.set(key, { approval, ids: [approval.id] })
  }
  return [...groups.values()]
}
