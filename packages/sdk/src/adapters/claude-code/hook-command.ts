import { AgentGuard } from '../../index.ts'
import type { ToolGate } from '../../tool-gate/index.ts'
import { createClaudeGate } from '../claude-agent/create-claude-gate.ts'
import { answerHook, type HookAnswer, hookFailure } from './answer-hook.ts'
import { type HookFlags, hookHelp, readHookFlags } from './hook-flags.ts'
import { hookSettings } from './hook-settings.ts'

/** How much a hook may be told, in bytes. What is longer is denied. */
const maxBytes = 16_777_216

/**
 * The command: its flags and its input to its answer. `program` is how it was started. Never rejects; what goes wrong
 * is a denial.
 */
export async function runHookCommand(
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
  program: readonly string[]
): Promise<HookAnswer> {
  try {
    const flags = readHookFlags(args)
    const { shows, words, approvalTimeoutMs } = flags
    if (shows === 'help') return { exitCode: 0, stdout: hookHelp, stderr: '' }
    if (shows === 'settings') {
      const settings = hookSettings([...program, ...words], approvalTimeoutMs)
      return { exitCode: 0, stdout: `${JSON.stringify(settings, null, 2)}\n`, stderr: '' }
    }
    const { keepPrompts } = flags
    return await answerHook(gateOf(flags), await textOf(input), { keepPrompts })
  } catch (error) {
    return hookFailure(error instanceof Error ? error.message : String(error))
  }
}

function gateOf(flags: HookFlags): ToolGate {
  const { url, agentId, tenantId, failMode, authenticateChecks, approvalTimeoutMs } = flags
  const guard = new AgentGuard({ baseUrl: url, agentId, tenantId, failMode, authenticateChecks })
  const approval = flags.approval === 'ask' ? 'native' : flags.approval
  return createClaudeGate(guard, { approval, approvalTimeoutMs, framework: 'claude-code' })
}

async function textOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    length += chunk.length
    if (length > maxBytes) throw new RangeError('the input is too long')
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}
