import type { Tool, ToolExecutionOptions, ToolSet } from 'ai'
import {
  errorOf,
  type ToolCallInput,
  type ToolGate,
  valueArguments
} from '../../tool-gate/index.ts'

/** What is said of every call, beside what the AI SDK knows of it. */
export type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>

type Execute = (input: unknown, options: ToolExecutionOptions<unknown>) => unknown

/** Which gate has the last word on a tool, so that it is not asked twice. */
const gates = new WeakMap<Execute, ToolGate>()

/** Whether the last word on the calls of a tool is a gate's. */
export function isGuarded(tool: Partial<Tool> | undefined): boolean {
  return tool?.execute !== undefined && gates.has(tool.execute as Execute)
}

/**
 * The same tools, which run only when they may; a call that may not ends with an `AgentGuardError`, whose message the
 * model is told. Tools that stream go on doing so if `execute` is an async generator function; another function that
 * returns an async iterable gives its last value.
 *
 * What runs at the model's provider, or at a client, cannot be stopped here: `gate.coverage` has it.
 */
export function guardTools<TOOLS extends ToolSet>(
  tools: TOOLS,
  gate: ToolGate,
  context: CallContext = {}
): TOOLS {
  const all = Object.entries(tools).map(([name, tool]) => [
    name,
    guardTool(name, tool as Tool, gate, context)
  ])
  return Object.fromEntries(all) as TOOLS
}

function guardTool(name: string, tool: Tool, gate: ToolGate, context: CallContext): Tool {
  if (tool.type === 'provider' && tool.isProviderExecuted) {
    gate.coverage.misses({ name, why: 'provider_executed' })
    return tool
  }
  const execute = tool.execute as Execute | undefined
  if (!execute) {
    gate.coverage.misses({ name, why: 'no_execute' })
    return tool
  }
  gate.coverage.covers(name)
  if (gates.get(execute) === gate) return tool
  const callOf = (input: unknown, options: ToolExecutionOptions<unknown>): ToolCallInput => ({
    ...toolCall(name, input, options.toolCallId, context),
    signal: options.abortSignal
  })
  const run = isGenerator(execute)
    ? guardStream(execute.bind(tool) as StreamingExecute, gate, callOf)
    : guardPromise(execute.bind(tool), gate, callOf)
  gates.set(run as Execute, gate)
  return { ...tool, execute: run } as Tool
}

/** A call, the same for all hooks. */
export function toolCall(
  name: string,
  input: unknown,
  callId: string,
  context: CallContext
): ToolCallInput {
  const meta = { framework: 'ai', ...context.meta }
  return { ...context, name, arguments: valueArguments(input), callId, meta }
}

type StreamingExecute = (...args: Parameters<Execute>) => AsyncIterable<unknown>
type CallOf = (...args: Parameters<Execute>) => ToolCallInput

function guardStream(execute: StreamingExecute, gate: ToolGate, callOf: CallOf): StreamingExecute {
  return async function* (input, options) {
    const verdict = await gate.enforce(callOf(input, options))
    if (verdict.kind !== 'allow') throw errorOf(verdict)
    yield* execute(input, options)
  }
}

function guardPromise(execute: Execute, gate: ToolGate, callOf: CallOf): Execute {
  return async (input, options) => {
    const verdict = await gate.enforce(callOf(input, options))
    if (verdict.kind !== 'allow') throw errorOf(verdict)
    const output = await execute(input, options)
    return isAsyncIterable(output) ? await lastOf(output) : output
  }
}

async function lastOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown
  for await (const output of stream) last = output
  return last
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** The SDK looks at what `execute` returns, which cannot be known before it may run. */
function isGenerator(execute: Execute): boolean {
  return Object.prototype.toString.call(execute) === '[object AsyncGeneratorFunction]'
}
