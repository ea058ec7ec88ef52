import type { Settings } from './agentguard-options.ts'
import type { CheckFault } from './check-result.ts'
import { authHeaders, endpoint, messageOf, send } from './endpoint.ts'
import { giveUpAt, sleep, startDeadline } from './give-up.ts'

/** The body of an answer, or why there is none. */
export type Asked =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: string; readonly fault: CheckFault }

/** A question of the kind that is answered with verdicts. */
export interface Question {
  readonly route: '/check' | '/check/batch'
  /** The JSON text. */
  readonly text: string
  /** Whether asking twice does no more than asking once, but for a line in the log. */
  readonly isRepeatable: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
}

/** Asks for verdicts, again and again if it may. Rejects only when the caller's signal is aborted. */
export async function ask(settings: Settings, question: Question): Promise<Asked> {
  const { signal, timeout = settings.timeout } = question
  const deadline = startDeadline(timeout)
  let last: Asked | undefined
  try {
    return await giveUpAt([signal, deadline.signal], async (stopped) => {
      for (let attempt = 0; ; attempt++) {
        const tried = await tryOnce(settings, question, stopped)
        last = tried.asked
        if (attempt >= settings.retries || !mayRepeat(tried, question)) return last
        await sleep(tried.retryAfterMs ?? backOffMs(attempt), stopped)
      }
    })
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    return last ?? unreachable(error)
  } finally {
    deadline.clear()
  }
}

interface Tried {
  readonly asked: Asked
  /** What was thrown. */
  readonly error?: unknown
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number
}

async function tryOnce(
  settings: Settings,
  { route, text, headers }: Question,
  signal: AbortSignal
): Promise<Tried> {
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
    return { asked: await readBody(response) }
  } catch (error) {
    return { asked: unreachable(error), error }
  }
}

async function readBody(response: Response): Promise<Asked> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.toLowerCase().startsWith('application/json')) {
    return malformed(`unexpected content-type ${JSON.stringify(type)}`)
  }
  try {
    return { ok: true, body: await response.json() }
  } catch (error) {
    return malformed(`non-JSON body: ${messageOf(error)}`)
  }
}

/** What the server thinks of this very request, and not of itself: there is no question of failing open. */
const badRequest: ReadonlySet<number> = new Set([400, 413, 414, 415, 422, 431])

function refused(response: Response): Tried {
  const { status } = response
  void response.body?.cancel().catch(() => {})
  const seconds = Number(response.headers?.get('retry-after') || Number.NaN)
  const code = badRequest.has(status) ? 'request' : 'status'
  return {
    asked: {
      ok: false,
      reason: `AgentGuard returned status ${status}`,
      fault: { code, status }
    },
    ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 })
  }
}

export function malformed(what: string): Asked {
  return { ok: false, reason: `AgentGuard returned ${what}`, fault: { code: 'malformed' } }
}

function unreachable(error: unknown): Asked {
  const reason = `AgentGuard unreachable: ${messageOf(error)}`
  return { ok: false, reason, fault: { code: 'unreachable' } }
}

/** Codes of errors that come before anything was sent. */
const notSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT/

/** Whether nothing was done yet, or doing it again does no harm. */
function mayRepeat({ asked, error }: Tried, { isRepeatable }: Question): boolean {
  if (asked.ok) return false
  const { code, status = 0 } = asked.fault
  if (status === 429 || status === 503) return true
  if (code === 'unreachable') {
    const { cause } = (error ?? {}) as { cause?: { code?: unknown } }
    return isRepeatable || notSent.test(String(cause?.code))
  }
  return isRepeatable && (status === 502 || status === 504)
}

const firstBackOffMs = 100
const maxBackOffMs = 2000

function backOffMs(attempt: number): number {
  return Math.min(firstBackOffMs * 2 ** attempt, maxBackOffMs) * (0.5 + Math.random() / 2)
}
