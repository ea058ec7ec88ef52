import type { ActionRequest, Approval } from '@agentguard/protocol'
import type { Principal } from './principal.ts'

export type AskedAs =
  | { readonly ok: true; readonly action: ActionRequest }
  | { readonly ok: false; readonly rule: string; readonly reason: string }

/**
 * The action as this principal asks it. The credential of an agent asks as its own agent: where the action
 * names none, that agent is filled in, before anything judges, counts or records it; another is refused, and
 * the refusal MUST be answered as a DENY verdict.
 */
export function askAs({ agent }: Principal, action: ActionRequest): AskedAs {
  if (agent === undefined || action.agent_id === agent) return { ok: true, action }
  if (!action.agent_id) return { ok: true, action: { ...action, agent_id: agent } }
  return {
    ok: false,
    rule: 'deny:access:agent_mismatch',
    reason: 'The credential belongs to another agent than the one that the action names'
  }
}

/**
 * Whether this principal may hear how an approval stands. Everybody but an agent may. An agent may if its
 * own credential asked; or if nobody known asked (clients of version 1.0 send no credential with a check)
 * and the action names its agent. Who may not gets the answer for an approval that does not exist.
 */
export function mayFollow(
  { role, agent, requestedBy }: Principal,
  { request, requested_by: asker }: Approval
): boolean {
  if (role !== 'agent') return true
  if (asker !== undefined) return asker === requestedBy
  return agent !== undefined && request.agent_id === agent
}
