import { compilePolicy } from '@agentguard/policy'
import { DynamicTool } from '@langchain/core/tools'
import { tool as openaiTool, RunContext } from '@openai/agents'
import { tool as aiTool } from 'ai'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { guardTools } from '../../src/adapters/ai/index.ts'
import { guardTool as guardLangchain } from '../../src/adapters/langchain/index.ts'
import { guardTool as guardOpenai } from '../../src/adapters/openai-agents/index.ts'
import { createToolGate, localGate, type ToolGate } from '../../src/tool-gate/index.ts'

const compiled = compilePolicy(`version: "1"
name: text
rules:
  - scope: shell
    allow: [{ pattern: "ls *" }]
  - scope: data
    allow: [{ pattern: "*" }]
`)

function gateOf(): ToolGate {
  if (!compiled.ok) throw new Error('the policy does not compile')
  return createToolGate(localGate(compiled.policy))
}

/** As JSON it is `ls`, with a text that nobody runs. A shell that is given all of it runs `touch`. */
const twoFaced = '{"command":"ls","text":"$(touch x)"}'
const ran: unknown[] = []
const run = (line: unknown): string => `ran ${ran.push(line)}`
const description = 'runs a command line'

type Invoke = (gate: ToolGate) => Promise<unknown>

test.each<[string, Invoke]>([
  [
    'the AI SDK',
    async (gate) => {
      const execute = async (line: string): Promise<string> => run(line)
      const bash = aiTool({ description, inputSchema: z.string(), execute })
      const options = { toolCallId: 'c1', messages: [], context: {} }
      return await guardTools({ bash }, gate).bash.execute?.(twoFaced, options)
    }
  ],
  [
    'LangChain',
    async (gate) => {
      const bash = new DynamicTool({ name: 'bash', description, func: async (line) => run(line) })
      return await guardLangchain(bash, gate).invoke(twoFaced)
    }
  ],
  [
    'OpenAI Agents',
    async (gate) => {
      const parameters = { type: 'object', properties: {}, additionalProperties: true } as const
      const bash = openaiTool({
        name: 'bash',
        description,
        strict: false,
        parameters: { ...parameters, required: [] },
        execute: async (line: unknown) => run(line)
      })
      return await guardOpenai(bash, gate).invoke(new RunContext(), JSON.stringify(twoFaced))
    }
  ]
])(
  'a text that %s gives to a tool is not judged as the JSON that it also is',
  async (_, invoke) => {
    const outcome = await invoke(gateOf()).catch(String)
    expect(outcome).toContain('[AgentGuard] Action denied')
    expect(ran).toEqual([])
  }
)
