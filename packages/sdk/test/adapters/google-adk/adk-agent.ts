import {
  BaseLlm,
  type BaseLlmConnection,
  FunctionTool,
  InMemoryRunner,
  type LlmAgent,
  type LlmRequest,
  type LlmResponse
} from '@google/adk'
import { z } from 'zod'

export interface Call {
  readonly name: string
  readonly args: Record<string, unknown>
}

/** A model that makes its calls in its first turn, and is done once it has the results of all of them. */
export class FakeLlm extends BaseLlm {
  /** What the model was told of each call. */
  readonly told: (string | undefined)[]
  readonly #calls: readonly Call[]
  #hasCalled = false

  constructor(calls: readonly Call[]) {
    super({ model: 'fake' })
    this.#calls = calls
    this.told = calls.map(() => undefined)
  }

  override async *generateContentAsync({
    contents
  }: LlmRequest): AsyncGenerator<LlmResponse, void> {
    for (const { functionResponse } of contents.flatMap(({ parts = [] }) => parts)) {
      const at = Number(functionResponse?.id?.slice(4))
      if (functionResponse) this.told[at] = JSON.stringify(functionResponse.response)
    }
    if (this.#hasCalled) {
      yield { content: { role: 'model', parts: [{ text: 'done' }] } }
      return
    }
    this.#hasCalled = true
    const parts = this.#calls.map((call, at) => ({ functionCall: { id: `call${at}`, ...call } }))
    yield { content: { role: 'model', parts } }
  }

  override connect(): Promise<BaseLlmConnection> {
    throw new Error('the fake model has no live connection')
  }
}

/** The tool `bash`. */
export function bashTool(bash: (args: { readonly command: string }) => string): FunctionTool {
  return new FunctionTool({
    name: 'bash',
    description: 'runs a command',
    parameters: z.object({ command: z.string() }),
    execute: (args) => bash(args as { command: string })
  })
}

/** A runner of one agent. */
export function runnerOf(
  agent: LlmAgent,
  plugins: NonNullable<ConstructorParameters<typeof InMemoryRunner>[0]['plugins']>
): InMemoryRunner {
  return new InMemoryRunner({ agent, appName: 'test', plugins })
}
