import type { AuditEntry } from '@agentguard/protocol'

/** An entry of a common size. */
export function benchEntry(writer: number, index: number): AuditEntry {
  const agent_id = `agent-${writer}`
  const session_id = `session-${writer}`
  return {
    timestamp: '2026-11-22T07:02:56.180906255Z',
    session_id,
    agent_id,
    request: {
      schema_version: 'v1',
      scope: 'shell',
      action: 'exec',
      command: `ls -la /home/user/project-${index}`,
      agent_id,
      session_id,
      meta: { transport: 'mcp_gateway' }
    },
    result: {
      schema_version: 'v1',
      decision: 'ALLOW',
      reason: 'Matched allow rule',
      matched_rule: 'allow:shell:ls *'
    },
    duration_ms: 0,
    transport: 'mcp_gateway'
  }
}
