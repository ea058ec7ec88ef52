const localOrigins = ['http://localhost', 'http://127.0.0.1']
const refused: Readonly<Record<string, string>> = { Vary: 'Origin' }

/**
 * The CORS headers of an answer. An origin that is not accepted gets none, and its request is answered
 * all the same: it is the browser that keeps the answer from the page.
 *
 * Without `allowedOrigin`, pages of this machine are accepted.
 */
export function corsHeaders(
  origin: string | undefined,
  allowedOrigin: string | undefined
): Readonly<Record<string, string>> {
  if (!origin || !isAccepted(origin, allowedOrigin)) return refused
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'Content-Type, Authorization, X-CSRF-Token'
  }
}

function isAccepted(origin: string, allowedOrigin: string | undefined): boolean {
  if (allowedOrigin) return origin === allowedOrigin
  return localOrigins.some((local) => origin === local || origin.startsWith(`${local}:`))
}
