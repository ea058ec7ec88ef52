import type { AuditEntry } from '@agentguard/protocol'

/** An entry as the guard makes them. */
export function entryOf(index: number, members: Partial<AuditEntry> = {}): AuditEntry {
  const agent_id = members.agent_id ?? `agent-${index % 7}`
  const session_id = `session-${index % 13}`
  return {
    timestamp: new Date(1_795_000_000_000 + index * 1000).toISOString(),
    session_id,
    agent_id,
    request: {
      schema_version: 'v1',
      scope: index % 3 === 0 ? 'shell' : 'filesystem',
      command: `ls -la /home/user/project-${index}`,
      agent_id,
      session_id,
      meta: { transport: 'mcp_gateway', tool: 'run_command' }
    },
    result: {
      schema_version: 'v1',
      decision: index % 5 === 0 ? 'DENY' : 'ALLOW',
      reason: 'allowed by a rule',
      matched_rule: 'allow:shell:ls *'
    },
    duration_ms: 0,
    transport: 'mcp_gateway',
    policy_digest: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
    ...members
  }
}
