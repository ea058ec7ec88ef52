import type { Described } from '../../src/openapi/operations.ts'
import { fill } from './described.ts'
import { type Received, send } from './send.ts'
import { apiKey, type Server } from './servers.ts'

/** The servers that are asked. */
export interface Servers {
  /** Everything works, and there is a key. */
  readonly main: Server
  /** There is no key. */
  readonly open: Server
  /** Nobody is let in. */
  readonly crowded: Server
  /** One request a second is let in. */
  readonly hurried: Server
  /** Its tables are gone. */
  readonly broken: Server
  /** There is no key, and what approvals are kept in is gone. */
  readonly brokenOpen: Server
  /** Where wrong keys are tried. */
  readonly guessed: Server
}

export interface Asked {
  /** @defaultValue main */
  readonly server?: keyof Servers
  /** @defaultValue the API key */
  readonly as?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly id?: string
  readonly query?: string
  readonly body?: unknown
  readonly method?: string
  readonly tenant?: string
}

/** A route of the document, at all servers. */
export interface Route extends Described {
  readonly servers: Servers
  readonly tenant: string
  ask(asked?: Asked): Promise<Received>
  /** Makes an approval of the tenant, and answers its id. */
  approval(server?: keyof Servers): Promise<string>
}

export const asKey = { authorization: `Bearer ${apiKey}` }
export const asNobody = {}

/** What is sent with a named credential. */
export function bearer(secret: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${secret}` }
}

let count = 0

export function routeOf(described: Described, servers: Servers): Route {
  const { path, method } = described
  const ownTenant = path.includes('{tenant}') ? 'acme' : 'local'
  return {
    ...described,
    servers,
    tenant: ownTenant,
    ask(asked = {}) {
      const { server = 'main', as = asKey, headers, id = 'ap_0', query = '', body } = asked
      const tenant = asked.tenant ?? ownTenant
      return send(servers[server].port, {
        method: asked.method ?? method.toUpperCase(),
        path: fill(path, { tenant, id }) + query,
        headers: { ...as, ...headers },
        ...(body === undefined ? {} : { body: textOf(body) })
      })
    },
    async approval(server = 'main') {
      // An agent has a quota of approvals that wait.
      const action = { scope: 'shell', command: 'deploy it', agent_id: `bot ${++count}` }
      const { body } = await send(servers[server].port, {
        method: 'POST',
        path: `/v1/t/${ownTenant}/check`,
        body: JSON.stringify(action)
      })
      const { approval_id: id } = JSON.parse(body)
      if (id === undefined) throw new Error(body)
      return id
    }
  }
}

function textOf(body: unknown): string {
  if (body instanceof URLSearchParams) return body.toString()
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** Signs a browser in, and answers what it sends from then on. */
export async function signIn({ port }: Server, secret = apiKey) {
  const body = JSON.stringify({ api_key: secret })
  const answer = await send(port, { method: 'POST', path: '/auth/login', body })
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
  return { cookie, 'x-csrf-token': String(JSON.parse(answer.body).csrf_token) }
}
