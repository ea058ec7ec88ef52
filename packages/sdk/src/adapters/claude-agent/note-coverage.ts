import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import type { ToolGate } from '../../tool-gate/index.ts'
import { claudeToolName } from './claude-tool-call.ts'

/** Tools for which Claude calls no hook. */
const unhooked = new Set(['EndConversation'])

/** What runs at the provider of the model, where no hook is called. */
const remote = new Set(['server_tool_use', 'mcp_tool_use'])

/**
 * Tells the coverage report of a gate what a message of a `query` says of tools: which ones there are, and which ran at
 * the provider of the model. Throws an `AgentGuardError` for the latter where the gate refuses them.
 */
export function noteCoverage(gate: ToolGate, message: SDKMessage): void {
  if (message.type === 'system' && message.subtype === 'init') {
    for (const name of message.tools) {
      if (unhooked.has(name)) gate.coverage.misses({ name, why: 'no_hook' })
      else gate.coverage.covers(claudeToolName(name).name)
    }
  }
  if (message.type !== 'assistant') return
  for (const block of message.message.content) {
    const name = 'name' in block && typeof block.name === 'string' ? block.name : block.type
    if (remote.has(block.type)) gate.coverage.misses({ name, why: 'provider_executed' })
  }
}
