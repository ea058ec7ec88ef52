/** A server as a client sees it. */
export interface Api {
  check(action: Readonly<Record<string, unknown>>, tenant?: string): Promise<ApiVerdict>
  get(path: string): Promise<unknown>
  post(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>
}

interface ApiVerdict {
  readonly decision: string
  readonly reason: string
  readonly matched_rule?: string
  readonly approval_id?: string
}

/** Talks to a server of this machine. */
export function apiOf(port: number): Api {
  const base = `http://127.0.0.1:${port}`
  async function post(path: string, body?: unknown) {
    const init = { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${base}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('Content-Type') === 'application/json'
    return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text }
  }
  return {
    post,
    async check(action, tenant) {
      const path = tenant === undefined ? '/v1/check' : `/v1/t/${tenant}/check`
      return (await post(path, action)).body as ApiVerdict
    },
    async get(path) {
      return await (await fetch(`${base}${path}`)).json()
    }
  }
}
