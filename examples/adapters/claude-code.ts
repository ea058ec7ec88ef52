/** The hook of Claude Code: a command that is given each call, and answers with a decision. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { answerHook, createClaudeGate } from '@agentguard/sdk/claude-code'
import { answerNext, commands, policy, serve } from './serve.ts'

/** What Claude Code writes to the hook. */
function said(command: string): string {
  return JSON.stringify({
    session_id: 'c0ffee',
    transcript_path: '/tmp/transcript.jsonl',
    cwd: '/repo',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: `toolu_${commands.indexOf(command)}`
  })
}

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createClaudeGate(guard)
  const decisions: string[] = []
  for (const command of commands) {
    const answered = answerHook(gate, said(command))
    if (command.startsWith('npm')) await answerNext(guard, 'approve')
    const { exitCode, stdout } = await answered
    assert.equal(exitCode, 0)
    decisions.push(JSON.parse(stdout).hookSpecificOutput.permissionDecision)
  }
  assert.deepEqual(decisions, ['allow', 'deny', 'allow'])
  const { exitCode } = await answerHook(gate, 'no JSON')
  assert.equal(exitCode, 2)
  console.log(decisions.join(', '))
} finally {
  await server.stop()
}
