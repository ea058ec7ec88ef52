import type { Settings } from './agentguard-options.ts'
import { authHeaders, discard, messageOf, send } from './endpoint.ts'
import { AgentGuardAuthError, AgentGuardError, AgentGuardRequestError } from './errors.ts'
import { platformTimers, within } from './within.ts'

/** How something is read. */
export interface Reading {
  /** What is read, in words for a person. */
  readonly what: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
  /** @defaultValue that of the client */
  readonly timeoutMs?: number | undefined
}

/** What was read. */
export interface Resource {
  readonly body: unknown
  readonly headers: Headers
}

/**
 * Reads JSON from the server, its last byte within the time-out. Throws an `AgentGuardAuthError` when the key is
 * refused, an `AgentGuardRequestError` for all else, and the reason of the signal when that is aborted.
 */
export async function readResource(
  settings: Settings,
  url: string,
  { what, headers: given, signal, timeoutMs = settings.timeout }: Reading
): Promise<Resource> {
  const headers = { ...given, ...authHeaders(settings) }
  try {
    return await within({ timeoutMs, signal, timers: platformTimers }, async (stopped) => {
      const response = await send(settings, url, { headers, signal: stopped })
      if (response.ok) return { body: await response.json(), headers: response.headers }
      discard(response)
      throw refusal(response.status, what)
    })
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    if (cause instanceof AgentGuardError) throw cause
    const code = cause instanceof SyntaxError ? 'malformed' : 'unreachable'
    throw new AgentGuardRequestError(`AgentGuard ${code}: ${messageOf(cause)}`, { code, cause })
  }
}

function refusal(status: number, what: string): AgentGuardError {
  if (status === 401 || status === 403) {
    const message = `AgentGuard rejected ${what} with HTTP ${status} (check apiKey)`
    return new AgentGuardAuthError(message, status)
  }
  return new AgentGuardRequestError(`AgentGuard returned status ${status}`, {
    code: 'status',
    status
  })
}
