import { fileURLToPath } from 'node:url'
import {
  type CanUseTool,
  type PermissionResult,
  query,
  type SDKUserMessage
} from '@anthropic-ai/claude-agent-sdk'
import { guardClaude } from '../../../src/adapters/claude-agent/index.ts'
import { type Agent, describeScenarios, type Stop } from '../scenarios.ts'

const pathToClaudeCodeExecutable = fileURLToPath(new URL('./fake-claude.mjs', import.meta.url))

interface Prompt {
  readonly input: Record<string, unknown>
  readonly answer: (result: PermissionResult) => void
}

/** Runs a query, up to its end or its first prompt. */
async function run({ gate, commands, bash, signal }: Agent): Promise<Stop> {
  const calls = commands.map((command) => ({ name: 'bash', input: { command } }))
  const told: (string | undefined)[] = commands.map(() => undefined)
  const prompts: Prompt[] = []
  const prompted = Promise.withResolvers<'prompted'>()
  const canUseTool: CanUseTool = (_, input) =>
    new Promise((answer) => {
      prompts.push({ input, answer })
      prompted.resolve('prompted')
    })
  const abortController = new AbortController()
  signal?.addEventListener('abort', () => abortController.abort())
  const options = guardClaude(gate, {
    pathToClaudeCodeExecutable,
    canUseTool,
    abortController,
    env: { ...process.env, FAKE_CLAUDE: JSON.stringify({ turns: [calls] }) }
  })

  function hear({ message }: SDKUserMessage): void {
    if (typeof message.content === 'string') return
    for (const block of message.content) {
      if (block.type !== 'tool_result') continue
      const at = Number(block.tool_use_id.split('_').at(-1))
      const text = String(block.content)
      // The fake one says what it runs, with the arguments that it was given.
      told[at] = block.is_error ? text : bash(JSON.parse(text.replace(/^ran /, '')))
    }
  }

  async function follow(): Promise<'done'> {
    for await (const message of query({ prompt: 'go', options })) {
      if (message.type === 'user') hear(message)
    }
    return 'done'
  }

  const done = follow()
  if ((await Promise.race([done, prompted.promise])) === 'done') return { told }
  return {
    told,
    async resume({ approved, edited }) {
      for (const { input, answer } of prompts) {
        const updatedInput = edited === undefined ? input : { command: edited }
        answer(approved ? { behavior: 'allow', updatedInput } : { behavior: 'deny', message: 'no' })
      }
      await done
      return { told }
    }
  }
}

describeScenarios('Claude Agent SDK', { run })
