import { canonicalJson } from '@agentguard/protocol'

/** A call of a tool, as a framework is about to make it. */
export interface ToolCallInput {
  /** The tool, with the name of its server if it has one: `fs:read_file`. */
  readonly name: string
  /** JSON text, or the value of one: what the tool will get. A text that is a value itself is {@link valueArguments}. */
  readonly arguments: unknown
  /**
   * What the framework calls this call. With it, all hooks that ask about the call share one verdict; without it
   * every hook asks the server.
   */
  readonly callId?: string | undefined
  /** What the ids of calls are unique in, such as a run or a thread. @defaultValue the session */
  readonly runId?: string | undefined
  /** The session in which the agent asks. It is part of what an approval is bound to, so it MUST outlive a pause. */
  readonly sessionId?: string | undefined
  /** Who asks. @defaultValue the client's agent */
  readonly agentId?: string | undefined
  /** The JSON Schema of the arguments, as a hint. */
  readonly schema?: unknown
  /** What else is to be said of the call. It is part of what an approval is bound to. */
  readonly meta?: Readonly<Record<string, string>> | undefined
  /** Ends the asking and the waiting: the call is then denied. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The arguments of a tool that gets this value as it is. A text MUST come through here: by itself it would be read as
 * JSON, and a shell reads `{"command":"ls","text":"$(rm x)"}` otherwise.
 */
export function valueArguments(value: unknown): unknown {
  return typeof value === 'string' ? JSON.stringify(value) : value
}

/** The arguments as one text that is the same for the same arguments. Throws a `TypeError` for what is no JSON. */
export function argumentsText({ arguments: given }: ToolCallInput): string {
  if (given === undefined) return ''
  return typeof given === 'string' ? `text ${given}` : canonicalJson(given)
}

/** What is one call: the run, the call, the tool and its arguments. Undefined if the call has no id. */
export function callKey(call: ToolCallInput, text: string): string | undefined {
  const { callId, runId, sessionId = '', agentId = '', name, meta } = call
  if (!callId) return undefined
  // As JSON, no text of one member can look like the end of it.
  return JSON.stringify([runId ?? sessionId, callId, sessionId, agentId, name, meta ?? null, text])
}
