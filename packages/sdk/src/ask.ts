import type { ActionRequest } from '@agentguard/protocol'
import type { Settings } from './agentguard-options.ts'
import { isRepeatable } from './check-options.ts'
import type { CheckFault } from './check-result.ts'
import { authHeaders, discard, endpoint, messageOf, send } from './endpoint.ts'
import { sleep, within } from './within.ts'

/** The body of an answer, or why there is none. */
export type Asked = { readonly body: unknown } | NoAnswer

/** Why there is no answer. */
export interface NoAnswer {
  readonly reason: string
  readonly fault: CheckFault
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number
}

/** A question of the kind that is answered with verdicts. */
export interface Question {
  readonly route: string
  /** The JSON text. */
  readonly text: string
  readonly actions: readonly ActionRequest[]
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
}

/** Asks for verdicts, again and again if it may. Rejects only when the caller's signal is aborted. */
export function ask(settings: Settings, question: Question): Promise<Asked> {
  const { signal, timeout: timeoutMs = settings.timeout } = question
  let last: Asked | undefined
  const attempts = async (stopped: AbortSignal): Promise<Asked> => {
    for (let attempt = 0; ; attempt++) {
      last = await tryOnce(settings, question, stopped)
      if (attempt >= settings.retries || !mayRepeat(last, question)) return last
      await sleep(last.retryAfterMs ?? backOffMs(attempt), stopped)
    }
  }
  return within({ timeoutMs, signal }, attempts).catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason
    return last ?? unreachable(error)
  })
}

async function tryOnce(
  settings: Settings,
  { route, text, headers }: Question,
  signal: AbortSignal
): Promise<Asked> {
  try {
    const response = await send(settings, endpoint(settings, route), {
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        ...(settings.authenticateChecks && authHeaders(settings))
      },
      body: text,
      signal
    })
    if (!response.ok) return refused(response)
    return await readBody(response)
  } catch (error) {
    return unreachable(error)
  }
}

async function readBody(response: Response): Promise<Asked> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.toLowerCase().startsWith('application/json')) {
    return malformed(`unexpected content-type ${JSON.stringify(type)}`)
  }
  try {
    return { body: await response.json() }
  } catch (error) {
    return malformed(`non-JSON body: ${messageOf(error)}`)
  }
}

/** What the server thinks of this very request, and not of itself: there is no question of failing open. */
const badRequest = [400, 413, 415, 421, 422]

function refused(response: Response): NoAnswer {
  const { status } = response
  discard(response)
  const seconds = Number(response.headers?.get('retry-after') || Number.NaN)
  return {
    reason: `AgentGuard returned status ${status}`,
    fault: { code: badRequest.includes(status) ? 'request' : 'status', status },
    ...(seconds >= 0 && { retryAfterMs: seconds * 1000 })
  }
}

/** Says that an answer is none. */
export function malformed(what: string): NoAnswer {
  return { reason: `AgentGuard returned ${what}`, fault: { code: 'malformed' } }
}

function unreachable(error: unknown): NoAnswer {
  const reason = `AgentGuard unreachable: ${messageOf(error)}`
  return { reason, fault: { code: 'unreachable' } }
}

/** Whether nothing was done yet, or doing it again does no harm. */
function mayRepeat(asked: Asked, { actions }: Question): asked is NoAnswer {
  if (!('fault' in asked)) return false
  const { code, status } = asked.fault
  return status === 429 || status === 503 || (code === 'unreachable' && actions.every(isRepeatable))
}

/** Longer from time to time, and not the same for all who wait; the time-out bounds it. */
function backOffMs(attempt: number): number {
  return 100 * 2 ** attempt * (0.8 + 0.4 * Math.random())
}
