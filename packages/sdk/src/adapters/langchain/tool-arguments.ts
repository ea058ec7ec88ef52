import type { ToolCall } from '@langchain/core/messages'

/** Whether LangChain takes this for a call, and not for its arguments. */
export function isToolCall(input: unknown): input is ToolCall {
  return (
    typeof input === 'object' && input !== null && 'type' in input && input.type === 'tool_call'
  )
}

/**
 * The arguments that a tool gets of those that a model has written: where they look like a call themselves, LangChain
 * gives the tool only the arguments of that call.
 */
export function toolArguments<ARGS>(written: ARGS): ARGS {
  let args: unknown = written
  while (isToolCall(args)) args = args.args
  return args as ARGS
}
