import type { Settings } from './agentguard-options.ts'
import { authHeaders, messageOf, send } from './endpoint.ts'
import { AgentGuardAuthError, AgentGuardRequestError } from './errors.ts'
import { giveUpAt, timeOver } from './give-up.ts'

/** What was read. */
export interface Resource {
  readonly body: unknown
  readonly headers: Headers
}

/**
 * Reads something from the server, its last byte within the client's `timeout`. Throws an `AgentGuardAuthError` when
 * the key is refused, an `AgentGuardRequestError` for all else, and the reason of the signal when that is aborted.
 */
export async function readResource(
  settings: Settings,
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>
    readonly signal?: AbortSignal | undefined
  }
): Promise<Resource> {
  const { signal } = options
  const headers = { ...options.headers, ...authHeaders(settings) }
  try {
    return await giveUpAt([signal, timeOver(settings.timeout)], async (stopped) => {
      const response = await send(settings, url, { headers, signal: stopped })
      if (!response.ok) throw refusal(response)
      return { body: await response.json(), headers: response.headers }
    })
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    if (cause instanceof AgentGuardAuthError || cause instanceof AgentGuardRequestError) throw cause
    const code = cause instanceof SyntaxError ? 'malformed' : 'unreachable'
    throw new AgentGuardRequestError(`AgentGuard ${code}: ${messageOf(cause)}`, { code, cause })
  }
}

function refusal({ status, body }: Response): Error {
  void body?.cancel().catch(() => {})
  if (status === 401 || status === 403) {
    return new AgentGuardAuthError(
      `AgentGuard rejected the request with HTTP ${status} (check apiKey)`,
      status
    )
  }
  const message = `AgentGuard returned status ${status}`
  return new AgentGuardRequestError(message, { code: 'status', status, cause: undefined })
}
