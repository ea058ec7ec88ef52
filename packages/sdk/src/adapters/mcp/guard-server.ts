import type { ToolGate } from '../../tool-gate/index.ts'
import { type McpOptions, mcpCall, type RequestExtra, toolName } from './call-context.ts'
import type { ElicitingServer } from './elicit.ts'
import { runCall } from './run-call.ts'

type Callback = (...given: readonly unknown[]) => unknown

/** An `McpServer` of `@modelcontextprotocol/sdk` or of `@modelcontextprotocol/server`, as far as it is looked at. */
export interface McpServerLike {
  readonly server: object
  // biome-ignore lint/suspicious/noExplicitAny: both SDK lines have their own generics here
  registerTool(name: string, config: any, callback: any): any
}

/**
 * Guards the tools of an `McpServer` that are registered from now on, and returns it. Judged are the arguments as the
 * tool gets them, after its schema. A call that may not run gets an error result. A `native` gate asks the user of the
 * client where a person's yes is needed; the server has the last word.
 *
 * Throws a `TypeError` if there are tools already: these would run without being asked about.
 */
export function guardMcpServer<SERVER extends McpServerLike>(
  server: SERVER,
  gate: ToolGate,
  options: McpOptions = {}
): SERVER {
  const patched = server as unknown as Patchable
  const { _registeredTools: known } = patched
  if (typeof known !== 'object' || known === null || Object.keys(known).length > 0) {
    throw new TypeError('guardMcpServer: guard the server before its tools are registered')
  }
  // All ways to register a tool, of both lines and of tasks, end here.
  const register = patched._createRegisteredTool
  if (typeof register !== 'function') {
    throw new TypeError('guardMcpServer: this version of the MCP SDK is not known')
  }
  const guarding: Guarding = { gate, options, server: patched.server as ElicitingServer }
  patched._createRegisteredTool = (name: string, ...rest: unknown[]) => {
    gate.coverage.covers(toolName(name, options.server))
    const current = { name }
    const handler = guardHandler(current, rest.pop(), guarding)
    const tool = register.call(patched, name, ...rest, handler) as RegisteredTool
    const update = tool.update.bind(tool)
    tool.update = (updates) => {
      if (typeof updates.name === 'string') current.name = updates.name
      const { callback } = updates
      update(
        callback ? { ...updates, callback: guardCallback(current, callback, guarding) } : updates
      )
    }
    return tool
  }
  return server
}

interface Patchable {
  _registeredTools?: unknown
  _createRegisteredTool?: (name: string, ...rest: unknown[]) => unknown
  readonly server: object
}

interface RegisteredTool {
  update(updates: { readonly name?: unknown; readonly callback?: Callback }): void
}

interface Guarding {
  readonly gate: ToolGate
  readonly options: McpOptions
  readonly server: ElicitingServer
}

/** A callback, or the handler of a tool that runs as a task. */
function guardHandler(current: { readonly name: string }, handler: unknown, guarding: Guarding) {
  if (typeof handler === 'function') return guardCallback(current, handler as Callback, guarding)
  const task = handler as { readonly createTask: Callback }
  const createTask = guardCallback(current, task.createTask.bind(task), guarding)
  return Object.assign(Object.create(task), { createTask })
}

/** Tools without a schema are called with `extra` alone. */
function guardCallback(
  current: { readonly name: string },
  callback: Callback,
  { gate, options, server }: Guarding
): Callback {
  return async (...given) => {
    const args = given.length > 1 ? given[0] : {}
    const extra = (given.at(-1) ?? {}) as RequestExtra
    const call = () => mcpCall(current.name, args, extra, options)
    return await runCall(gate, call, () => callback(...given), { server, extra })
  }
}
