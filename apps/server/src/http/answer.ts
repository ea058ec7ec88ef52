/** A whole HTTP answer as a value. Its headers have no `Content-Length`: who sends it adds that. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An error in words. */
export function textAnswer(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): Answer {
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...headers
    },
    body: `${message}\n`
  }
}

/** An answer of JSON text. */
export function jsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {}
): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body }
}
