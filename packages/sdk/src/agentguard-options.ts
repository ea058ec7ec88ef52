import { assertKnown } from './known-options.ts'
import type { Observe } from './observe.ts'

/** The tenant of servers that have only one. */
export const LOCAL_TENANT_ID = 'local'

/** How a client behaves. All is optional. */
export interface AgentGuardOptions {
  /** Where the server is. @defaultValue `AGENTGUARD_URL`, or `http://localhost:8080` */
  baseUrl?: string | undefined
  /** Who asks. @defaultValue nobody */
  agentId?: string | undefined
  /** The API key or credential. An empty one is none. @defaultValue `AGENTGUARD_API_KEY` */
  apiKey?: string | undefined
  /** How long an answer may take, its last byte and all retries included, in milliseconds. @defaultValue 5000 */
  timeout?: number | undefined
  /** What counts as the verdict when the server cannot be asked. @defaultValue `deny` */
  failMode?: 'deny' | 'allow' | undefined
  /** Whose policy is asked. An empty one is none. @defaultValue `AGENTGUARD_TENANT_ID` */
  tenantId?: string | undefined
  /** The session of actions that name none. */
  sessionId?: string | undefined
  /** What is said of every action; an action's own `meta` goes first. */
  meta?: Readonly<Record<string, string>> | undefined
  /** Whether checks carry the API key, as servers with `--check-auth required` want it. @defaultValue false */
  authenticateChecks?: boolean | undefined
  /** How often a check is repeated that got no answer, within its `timeout`. @defaultValue 0 */
  retries?: number | undefined
  /** What sends requests. @defaultValue the global `fetch`, as it is at the time of the call */
  fetch?: typeof globalThis.fetch | undefined
  /** Is told of every call; see {@link Observe}. A check whose observer throws is denied. */
  observe?: Observe | undefined
}

/** Options with what they default to. */
export interface Settings {
  readonly baseUrl: string
  readonly agentId: string
  readonly apiKey: string
  readonly timeout: number
  readonly failMode: 'deny' | 'allow'
  readonly tenantId: string
  readonly sessionId?: string | undefined
  readonly meta?: Readonly<Record<string, string>> | undefined
  readonly authenticateChecks: boolean
  readonly retries: number
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly observe?: Observe | undefined
}

const names = [
  'agentId',
  'apiKey',
  'authenticateChecks',
  'baseUrl',
  'failMode',
  'fetch',
  'meta',
  'observe',
  'retries',
  'sessionId',
  'tenantId',
  'timeout'
]
const failModes = ['deny', 'allow']

/** Reads what a client was made with, and the environment. Throws a `TypeError` for what it does not know. */
export function readOptions(given: string | AgentGuardOptions = {}): Settings {
  const options = typeof given === 'string' ? { baseUrl: given } : given
  assertKnown('AgentGuard: unknown options', options, names)
  const { failMode = 'deny', tenantId = environment('AGENTGUARD_TENANT_ID') ?? '' } = options
  if (!failModes.includes(failMode)) {
    const [bad, good] = [JSON.stringify(failMode), JSON.stringify(failModes)]
    throw new TypeError(`AgentGuard: invalid failMode ${bad}. Expected one of ${good}.`)
  }
  // As a part of a path, these two would name another tenant, and there is no way to escape them.
  if (isDots(tenantId)) throw new TypeError('AgentGuard: invalid tenantId')
  const baseUrl = options.baseUrl ?? environment('AGENTGUARD_URL') ?? 'http://localhost:8080'
  return {
    ...options,
    baseUrl: baseUrl.replace(/\/$/, ''),
    agentId: options.agentId ?? '',
    apiKey: options.apiKey ?? environment('AGENTGUARD_API_KEY') ?? '',
    timeout: options.timeout ?? 5000,
    failMode,
    tenantId,
    authenticateChecks: options.authenticateChecks ?? false,
    retries: options.retries ?? 0
  }
}

/** Whether a part of a path is one that URLs do away with. */
export function isDots(segment: string): boolean {
  return segment === '.' || segment === '..'
}

/** A variable of the environment, where there is one; an empty one is none. */
function environment(name: string): string | undefined {
  try {
    const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
    return process?.env?.[name] || undefined
  } catch {
    // Some runtimes ask their user first, and throw when the user says no.
    return undefined
  }
}
