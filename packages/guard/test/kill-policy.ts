import type { Policy } from '@agentguard/policy'
import type { ActionRequest } from '@agentguard/protocol'
import { policyOf } from './world.ts'

/** What a process that is killed is asked. Each has its own agent: what was not answered fills its quota. */
export function killAction(pid: string | number, command: string): ActionRequest {
  const agent_id = `bot-${pid}`
  return { scope: 'cost', action: 'ask', command, agent_id, session_id: 'kill', est_cost: 0.001 }
}

export const killPolicy: Policy = policyOf(`rules:
  - scope: cost
    limits: {max_per_session: "$1000000"}
    require_approval: [{action: ask}]
`)
