import {
  attachClientToolSearchExecutor,
  type ClientToolSearchExecutor,
  type FunctionTool,
  getClientToolSearchExecutor,
  type HostedTool,
  type RunContext,
  type Tool
} from '@openai/agents'
import {
  denyText,
  errorOf,
  type ToolCallInput,
  type ToolGate,
  valueArguments
} from '../../tool-gate/index.ts'
import { isUnguardedAgent } from './agent-tools.ts'
import { guardEditor, guardShell } from './guard-executor.ts'

/** What is said of every call, beside what the Agents SDK knows of it. */
export type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>

type AnyFunction = FunctionTool<unknown, undefined, unknown>

/** Which gate a tool has, so that it does not get the same one twice. */
const gates = new WeakMap<object, ToolGate>()

/**
 * The same tool, which runs only when it may; a call that may not ends with a text for the model. A `native` gate makes
 * the run stop with an interruption where a person's yes is needed. Whatever `state.approve` says then, the server has
 * the last word, and the arguments have to be those that the person saw.
 *
 * The tool's own `needsApproval` stays, and is asked about the arguments as the model wrote them. Shells and editors are
 * guarded where they act. Hosted tools and computers cannot be stopped: `gate.coverage` has them.
 */
export function guardTool<TOOL extends Tool<never>>(
  tool: TOOL,
  gate: ToolGate,
  context: CallContext = {}
): TOOL {
  if (gates.get(tool) === gate) return tool
  const meta = { framework: 'openai-agents', ...context.meta }
  const guarded = guardAny(tool as Tool, gate, { ...context, meta })
  gates.set(guarded, gate)
  return guarded as unknown as TOOL
}

function guardAny(tool: Tool, gate: ToolGate, context: CallContext): Tool {
  const { name } = tool
  switch (tool.type) {
    case 'function':
      if (isUnguardedAgent(tool)) {
        gate.coverage.misses({ name, why: 'agent_not_guarded' })
        return refusedTool(tool as AnyFunction) as Tool
      }
      gate.coverage.covers(name)
      return guardFunctionTool(tool as AnyFunction, gate, context) as Tool
    case 'shell':
      if (!tool.shell) break
      gate.coverage.covers(name)
      return guardShell(tool, gate, context) as Tool
    case 'apply_patch':
      gate.coverage.covers(name)
      return guardEditor(tool, gate, context)
    case 'computer':
      gate.coverage.misses({ name, why: 'computer' })
      return tool
    default: {
      const search = getClientToolSearchExecutor(tool)
      if (search) return guardSearch(tool, search, { gate, context })
    }
  }
  gate.coverage.misses({ name, why: 'provider_executed' })
  return tool
}

function refusedTool(tool: AnyFunction): AnyFunction {
  const text = '[AgentGuard] Action denied: the tools of this agent are not guarded'
  return { ...tool, needsApproval: async () => false, invoke: async () => text }
}

function guardFunctionTool(tool: AnyFunction, gate: ToolGate, context: CallContext): AnyFunction {
  const { name } = tool
  const callOf = (parsed: unknown, callId: string | undefined): ToolCallInput => ({
    ...context,
    name,
    arguments: valueArguments(parsed),
    callId
  })
  return {
    ...tool,
    needsApproval: async (run: RunContext, input: unknown, callId?: string) => {
      if (gate.approval === 'native') {
        const verdict = await gate.decide(callOf(input, callId))
        if (verdict.kind === 'approval') return true
      }
      // What is denied goes on to `invoke`, which tells the model.
      return await tool.needsApproval(run, input as never, callId)
    },
    invoke: async (run, input, details) => {
      const { toolCall, signal } = details ?? {}
      const verdict = await gate.enforce({ ...callOf(parse(input), toolCall?.callId), signal })
      if (verdict.kind === 'allow') return await tool.invoke(run, input, details)
      if (!tool.outputSchema) return denyText(verdict)
      // Only the tool's author knows which output says no.
      if (!tool.errorFunction) throw errorOf(verdict)
      return await tool.errorFunction(run, errorOf(verdict), details)
    }
  }
}

/** A search that runs here, and brings tools along that nobody has seen before. */
function guardSearch(
  tool: HostedTool,
  search: ClientToolSearchExecutor<unknown>,
  { gate, context }: { readonly gate: ToolGate; readonly context: CallContext }
): HostedTool {
  return attachClientToolSearchExecutor<unknown>({ ...tool }, async (args) => {
    const found = (await search(args)) ?? []
    return [found].flat().map((one) => guardTool(one, gate, context))
  })
}

/** The arguments as the SDK reads them; a text that is no JSON stays one, and the tool will refuse it. */
function parse(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}
