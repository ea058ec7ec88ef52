import type { ActionRequest, FurtherAction } from '@agentguard/protocol'
import { toolCallActions } from '../src/index.ts'

const scopes = new Map([
  ['fs', 'filesystem'],
  ['net', 'network'],
  ['sh', 'shell'],
  ['web', 'browser'],
  ['data', 'data']
])

/** A policy's map that goes by what stands before the colon: `fs:`, `net:`, `sh:`, `web:`, `data:`. */
export function toolScope(tool: string): string | undefined {
  return scopes.get(tool.split(':')[0] ?? '')
}

/** A call through the MCP gateway. */
export function callOf(name: string, args?: unknown, schema?: unknown): ActionRequest {
  return toolCallActions({ name, arguments: args, schema }, { source: 'mcp', toolScope })
}

/** What a call does, one line for each: `filesystem read /a`, with `?` for possible and `!` for certain. */
export function effectsOf(name: string, args?: unknown, schema?: unknown): string[] {
  const lines = (callOf(name, args, schema).actions ?? []).map((action) => lineOf(action))
  return [...new Set(lines)].sort()
}

function lineOf({ scope, action, command, path, domain, url, derived }: FurtherAction): string {
  const what = path ?? url ?? domain ?? command
  const mark = derived === undefined ? '' : derived === 'certain' ? '!' : '?'
  return [`${scope}${mark}`, action, what].filter((part) => part !== undefined).join(' ')
}
