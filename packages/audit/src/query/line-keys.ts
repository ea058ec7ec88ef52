import { isMetaLine, type LogLine } from '../chain/log-line.ts'

/** What a line can be looked up by. Named like the members of a filter. */
export const keyNames = [
  'kind',
  'tenant_id',
  'agent_id',
  'session_id',
  'decision',
  'scope',
  'transport'
] as const

/** The values that a line has for the {@link keyNames}, in their order. */
export type LineKeys = readonly (string | undefined)[]

/** What a line is looked up by. The detail of an event may name a tenant, an agent and a session. */
export function lineKeys(line: LogLine): LineKeys {
  if (isMetaLine(line)) {
    const { event, detail } = line._meta
    const { tenant_id, agent_id, session_id } = detail ?? {}
    return [event ?? '', text(tenant_id) || 'local', text(agent_id), text(session_id)]
  }
  const { tenant_id, agent_id, session_id, request, result, transport } = line
  return [
    undefined,
    tenant_id || 'local',
    agent_id,
    session_id,
    result.decision,
    request.scope,
    transport || 'sdk'
  ]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
