import { createServerClient, type ServerClient } from '../client/server-client.ts'
import { readEnvironment, readSecret } from './environment.ts'
import type { Flags } from './flags.ts'
import type { Io } from './io.ts'

/** The flags of every command that asks a server. */
export const clientFlags = {
  url: {
    default: '',
    value: 'url',
    meaning: 'Where the server is',
    defaultText: 'AGENTGUARD_URL, else http://localhost:8080'
  },
  'api-key': {
    default: '',
    value: 'key',
    meaning: 'The API key, or a credential. AGENTGUARD_API_KEY does not show in process lists',
    defaultText: 'AGENTGUARD_API_KEY'
  },
  tenant: {
    default: '',
    value: 'id',
    meaning: 'The tenant',
    defaultText: 'AGENTGUARD_TENANT_ID, else local'
  },
  timeout: { default: 10, value: 'seconds', meaning: 'How long an answer may take' }
} as const satisfies Flags

export interface ClientFlags {
  readonly url: string
  readonly 'api-key': string
  readonly tenant: string
  readonly timeout: number
}

export type FoundClient =
  | { readonly ok: true; readonly client: ServerClient; readonly apiKey: string | undefined }
  | { readonly ok: false; readonly message: string }

/** Creates the client that a line asks for. What is wrong is said without the key. */
export function findClient(flags: ClientFlags, io: Io): FoundClient {
  const env = readEnvironment(io.env)
  const url = (flags.url || env.url || 'http://localhost:8080').replace(/(?<!\/)\/+$/, '')
  const apiKey = flags['api-key'] || readSecret(io.env, 'AGENTGUARD_API_KEY')
  const wrong = findWrongUrl(url) ?? findWrongKey(apiKey) ?? findWrongTimeout(flags.timeout)
  if (wrong !== undefined) return { ok: false, message: wrong }
  const tenant = flags.tenant || env.tenant
  const timeoutMs = flags.timeout * 1000
  return { ok: true, apiKey, client: createServerClient({ url, apiKey, tenant, timeoutMs }) }
}

function findWrongUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return 'invalid server URL: expected http://host:port or https://host'
  }
  if (url.username !== '' || url.password !== '') {
    return 'invalid server URL: it holds a user name or a password. Use --api-key'
  }
  return url.search === '' && url.hash === ''
    ? undefined
    : 'invalid server URL: it has a query or a fragment'
}

function findWrongKey(key: string | undefined): string | undefined {
  return key === undefined || /^[\x21-\x7e]+$/.test(key)
    ? undefined
    : 'invalid API key: it has a space or a character that no HTTP header can carry'
}

function findWrongTimeout(seconds: number): string | undefined {
  return seconds > 0 && seconds <= 86_400
    ? undefined
    : 'invalid --timeout: expected a number of seconds above 0'
}
