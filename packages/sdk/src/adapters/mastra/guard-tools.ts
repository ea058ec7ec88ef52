import type { ToolHookContext } from '@mastra/core/tools'
import { denyText, type ToolGate } from '../../tool-gate/index.ts'
import { contextOf, type MastraCallOptions, verdictOn } from './mastra-call.ts'
import { passedCalls } from './passed-calls.ts'

/**
 * The tools of an agent, which ask by themselves where no hook of its own did: `agent.network` runs tools without any.
 * Reports what cannot be guarded.
 */
export function guardTools(gate: ToolGate, tools: unknown, options: MastraCallOptions): unknown {
  if (typeof tools !== 'object' || tools === null) return tools
  const all = Object.entries(tools).map(([name, tool]) => [
    name,
    guardTool(gate, name, tool, options)
  ])
  return Object.fromEntries(all)
}

type Execute = (input: unknown, context?: object, ...rest: readonly unknown[]) => unknown

function guardTool(
  gate: ToolGate,
  name: string,
  tool: unknown,
  options: MastraCallOptions
): unknown {
  const { type, execute } = (tool ?? {}) as { readonly type?: unknown; readonly execute?: unknown }
  if (typeof execute !== 'function') {
    const isProvided = type === 'provider' || type === 'provider-defined'
    gate.coverage.misses({ name, why: isProvided ? 'provider_executed' : 'no_execute' })
    return tool
  }
  gate.coverage.covers(name)
  const run = guardExecute(gate, name, (execute as Execute).bind(tool), options)
  // Tools are objects of classes, of which Mastra makes copies by their members.
  return new Proxy(tool as object, {
    get: (target, member) => (member === 'execute' ? run : Reflect.get(target, member, target))
  })
}

function guardExecute(
  gate: ToolGate,
  toolName: string,
  execute: Execute,
  options: MastraCallOptions
): Execute {
  return async (input, context, ...rest) => {
    const call: ToolHookContext = { toolName, input, context: asForHooks(context) }
    if (!passedCalls(gate).take({ toolName, callId: contextOf(call).toolCallId })) {
      const verdict = await verdictOn(gate, call, options)
      if (verdict.kind !== 'allow') return denyText(verdict)
    }
    return await execute(input, context, ...rest)
  }
}

/** What a tool is told of its call, as hooks are told it. */
function asForHooks(context: object = {}): object {
  const { agent = {} } = context as { readonly agent?: object }
  return { ...agent, ...context }
}
