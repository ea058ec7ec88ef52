import type { ToolCallInput } from '../../tool-gate/index.ts'
import { toolArguments } from './tool-arguments.ts'

/** What is said of every call, beside what LangGraph knows of it. */
export type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>

/** A call, the same for all hooks. A thread outlives a pause, so that it is the session where no other is given. */
export function graphCall<ARGS>(
  {
    id,
    name,
    args
  }: { readonly id?: string | undefined; readonly name: string; readonly args: ARGS },
  config: { readonly configurable?: object | undefined; readonly signal?: AbortSignal | undefined },
  context: CallContext
): ToolCallInput & { readonly arguments: ARGS } {
  const { thread_id: thread } = (config.configurable ?? {}) as { readonly thread_id?: unknown }
  const { signal } = config
  return {
    ...(typeof thread === 'string' && { runId: thread, sessionId: thread }),
    ...context,
    meta: { framework: 'langchain', ...context.meta },
    name,
    arguments: toolArguments(args),
    callId: id,
    signal
  }
}
