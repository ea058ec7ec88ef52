/** The Claude Agent SDK: Claude looks around, is stopped, and is asked for a yes that counts if a person has given one. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { AgentGuard } from '@agentguard/sdk'
import { createClaudeGate, guardClaude } from '@agentguard/sdk/claude-agent'
import { type Options, query } from '@anthropic-ai/claude-agent-sdk'
import { answerNext, commands, policy, serve } from './serve.ts'

// In the place of Claude Code, which needs a key: it speaks the same protocol, and its tools run nothing.
const fake = '../../packages/sdk/test/adapters/claude-agent/fake-claude.mjs'
const calls = commands.map((command) => ({ name: 'Bash', input: { command } }))
const mine: Options = {
  pathToClaudeCodeExecutable: fileURLToPath(new URL(fake, import.meta.url)),
  env: { ...process.env, FAKE_CLAUDE: JSON.stringify({ turns: [calls] }) }
}

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createClaudeGate(guard, { approval: 'native' })
  const options = guardClaude(gate, {
    ...mine,
    async canUseTool(_, input, { decisionReason }) {
      assert.match(String(decisionReason), /requires approval by a person/)
      assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')
      return { behavior: 'allow', updatedInput: input }
    }
  })

  const results: string[] = []
  for await (const message of query({ prompt: 'install left-pad', options })) {
    if (message.type !== 'user' || typeof message.message.content === 'string') continue
    for (const part of message.message.content) {
      if (part.type === 'tool_result') results.push(String(part.content))
    }
  }
  const ran = results.filter((text) => text.startsWith('ran '))
  assert.deepEqual(ran.length, 2)
  assert.match(results.join(), /Action denied: nothing is deleted/)
  console.log(ran.join(', '))
} finally {
  await server.stop()
}
