import type { Sent } from '../target.ts'

/** The part of `fetch` that is needed. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    /** A redirect is an answer and never followed: it could lead anywhere. */
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  }
) => Promise<Response>

/** One HTTP request, and what its answer means. */
export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

const httpOk = 200
const httpRedirect = 300
const httpServerError = 500
/** Request Timeout, Too Early, Too Many Requests. */
const temporary = new Set([408, 425, 429])

/** Posts a text. Below 300 it is delivered. */
export async function post(fetch: Fetch, { url, headers, body, signal }: Post): Promise<Sent> {
  let response: Response
  try {
    response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
  } catch (error) {
    return { ok: false, reason: signal.aborted ? 'timeout' : errorCode(error), isTemporary: true }
  }
  // The connection is free again when the body is gone.
  await response.body?.cancel().catch(() => undefined)
  return readStatus(response)
}

function readStatus({ status, headers }: Response): Sent {
  if (status >= httpOk && status < httpRedirect) return { ok: true }
  const retryAfterMs = readRetryAfter(headers.get('retry-after'))
  return {
    ok: false,
    reason: `status_${status}`,
    isTemporary: status >= httpServerError || temporary.has(status),
    ...(retryAfterMs !== undefined && { retryAfterMs })
  }
}

function readRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined
}

/** The system's code, such as `ECONNREFUSED`. A message may hold the URL. */
function errorCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'network'
}
