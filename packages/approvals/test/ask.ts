import type { ActionRequest } from '@agentguard/protocol'
import type { Ask } from '../src/index.ts'

/** An ask for the command `text`, of one tenant and agent where nothing else is said. */
export function ask(text: string, more: Partial<Ask> & { agent?: string } = {}): Ask {
  const { agent = 'agent', ...rest } = more
  const request: ActionRequest = { scope: 'shell', command: text, agent_id: agent }
  return {
    tenant: 'local',
    request,
    result: {
      decision: 'REQUIRE_APPROVAL',
      reason: 'Matches approval rule in shell scope',
      matched_rule: 'require_approval:shell:*'
    },
    ...rest
  }
}

/** A clock that stands still until it is set. */
export class Clock {
  at: number = Date.parse('2026-11-22T07:00:00Z')
  readonly now = (): number => this.at
}
