import type { Agent } from '@openai/agents'

// biome-ignore lint/suspicious/noExplicitAny: the bound that the Agents SDK itself has
type AnyAgent = Agent<any, any>

/** The tools that were made of guarded agents. */
const guardedTools = new WeakSet<object>()

/** Remembers of which agent its tools are, so that they can be told from those of agents that nobody guards. */
export function markTools(guarded: AnyAgent): void {
  const asTool = guarded.asTool.bind(guarded) as (options: never) => object
  guarded.asTool = ((options: never) => {
    const tool = asTool(options)
    guardedTools.add(tool)
    return tool
  }) as never
}

/** Whether a tool runs an agent whose own tools would run without being asked about. */
export function isUnguardedAgent(tool: object): boolean {
  // Of all tools only those of agents have events.
  return 'on' in tool && typeof tool.on === 'function' && !guardedTools.has(tool)
}
