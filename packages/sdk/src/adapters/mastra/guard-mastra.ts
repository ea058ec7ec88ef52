import type { ToolHooks } from '@mastra/core/tools'
import type { ToolGate } from '../../tool-gate/index.ts'
import { guardTools } from './guard-tools.ts'
import type { MastraCallOptions } from './mastra-call.ts'
import { mastraHooks } from './mastra-hooks.ts'

/** The parts of an agent's configuration that are looked at, or changed. */
export interface MastraConfig {
  readonly tools?: unknown
  readonly hooks?: ToolHooks
  readonly defaultOptions?: unknown
}

/**
 * The configuration of an agent with AgentGuard in front of all of its tools: `new Agent(guardMastra(gate, { … }))`.
 * See {@link mastraHooks} for what happens to calls. Tools that Mastra runs without hooks, as `network` does, ask by
 * themselves. Sub-agents have tools of their own, and are guarded like this themselves.
 *
 * Throws an `AgentGuardError` for tools that cannot be guarded, if the gate refuses those.
 */
export function guardMastra<C extends object>(
  gate: ToolGate,
  config: C & MastraConfig,
  options: MastraCallOptions = {}
): C {
  const { tools, hooks, defaultOptions } = config
  const withDefaults = (given: object = {}): object => {
    const own =
      'hooks' in given ? { hooks: mastraHooks(gate, given.hooks as ToolHooks, options) } : {}
    return { ...given, ...own, ...(gate.approval === 'native' && { toolCallConcurrency: 1 }) }
  }
  return {
    ...config,
    ...(tools !== undefined && {
      tools: after(tools, (given) => guardTools(gate, given, options))
    }),
    hooks: mastraHooks(gate, hooks, options),
    defaultOptions: after(defaultOptions, (given) => withDefaults(given as object | undefined))
  }
}

/** A value, or the function that Mastra asks for it, with something done to it. */
function after(value: unknown, change: (given: unknown) => unknown): unknown {
  if (typeof value !== 'function') return change(value)
  return async (...args: readonly unknown[]) => change(await value(...args))
}
