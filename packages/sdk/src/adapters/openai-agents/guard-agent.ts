import { Agent, type Handoff, type Tool } from '@openai/agents'
import type { ToolGate } from '../../tool-gate/index.ts'
import { markTools } from './agent-tools.ts'
import { type CallContext, guardTool } from './guard-tool.ts'

// biome-ignore lint/suspicious/noExplicitAny: the bound that the Agents SDK itself has
type AnyAgent = Agent<any, any>

/**
 * A copy of an agent of which all tools are guarded: those of MCP servers and those that are enabled later, too, and
 * those of the agents that it hands over to. An agent that is used as a tool guards its own tools: make the tool from a
 * guarded agent, or it is denied. A state that was saved is restored with the copy.
 */
export function guardAgent<AGENT extends AnyAgent>(
  agent: AGENT,
  gate: ToolGate,
  context: CallContext = {}
): AGENT {
  return guardOne(agent, { gate, context, known: new Map(), tools: new WeakMap() }) as AGENT
}

interface Guarding {
  readonly gate: ToolGate
  readonly context: CallContext
  /** Agents hand over to each other in circles. */
  readonly known: Map<AnyAgent, AnyAgent>
  /** The SDK compares tools, so that one stays one. */
  readonly tools: WeakMap<Tool<never>, Tool<never>>
}

function guardOne(agent: AnyAgent, guarding: Guarding): AnyAgent {
  const { known } = guarding
  const found = known.get(agent)
  if (found) return found
  const copy: AnyAgent = agent.clone({ handoffs: [] })
  known.set(agent, copy)
  copy.handoffs = agent.handoffs.map((one) => guardHandoff(one, guarding))
  return guardCopy(copy, guarding)
}

/** Guards an agent that is nobody else's, with all its copies: the SDK makes some to run an agent in a sandbox. */
function guardCopy(copy: AnyAgent, guarding: Guarding): AnyAgent {
  guarding.known.set(copy, copy)
  markTools(copy)
  const allTools = copy.getAllTools.bind(copy)
  copy.getAllTools = async (...args) =>
    (await allTools(...args)).map((tool) => once(tool, guarding))
  const clone = copy.clone.bind(copy)
  copy.clone = (config) => {
    const another: AnyAgent = clone(config)
    another.handoffs = another.handoffs.map((one) => guardHandoff(one, guarding))
    return guardCopy(another, guarding) as never
  }
  // What is known at once is said at once.
  for (const tool of copy.tools) once(tool, guarding)
  return copy
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyHandoff = AnyAgent | Handoff<any, any>

function guardHandoff(handoff: AnyHandoff, guarding: Guarding): AnyHandoff {
  if (handoff instanceof Agent) return guardOne(handoff as AnyAgent, guarding)
  return handoff.clone({
    agent: guardOne(handoff.agent, guarding),
    onInvokeHandoff: async (run, input) =>
      guardOne(await handoff.onInvokeHandoff(run, input), guarding)
  })
}

function once<TOOL extends Tool<never>>(tool: TOOL, { tools, gate, context }: Guarding): TOOL {
  const guarded = tools.get(tool) ?? guardTool(tool, gate, context)
  tools.set(tool, guarded)
  return guarded as TOOL
}
