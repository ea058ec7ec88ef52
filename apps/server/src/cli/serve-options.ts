import { hostName, isLoopback } from '../http/host-names.ts'
import type { ServeOptions } from '../serve.ts'
import type { Arguments, Flags } from './flags.ts'

/** The flags of `serve`. */
export const serveFlags = {
  policy: { default: 'configs/default.yaml', value: 'file', meaning: 'The policy file' },
  port: { default: 8080, value: 'number', meaning: 'The port to listen on; 0 takes a free one' },
  host: {
    default: '',
    value: 'address',
    meaning: 'The address to listen on. Without an API key it must be a loopback address',
    defaultText: '127.0.0.1 without an API key, all interfaces with one'
  },
  'api-key': {
    default: '',
    value: 'key',
    meaning: 'The API key. AGENTGUARD_API_KEY does the same and does not show in process lists'
  },
  'base-url': {
    default: '',
    value: 'url',
    meaning: 'Where clients reach this server, if not directly',
    defaultText: 'http://localhost:<port>'
  },
  'allowed-origin': {
    default: '',
    value: 'origin',
    meaning: 'The origin whose web pages may read answers',
    defaultText: 'those of this machine, on any port'
  },
  watch: {
    default: false,
    meaning: 'Says when a changed policy has come into force. Changes are always followed'
  },
  'access-log': { default: false, meaning: 'Writes a line for each request' }
} as const satisfies Flags

/** Flags of AgentGuard 1.0 whose behaviour is not here yet. Ignoring one would be a false promise. */
const planned = new Set([
  'dashboard',
  'audit-log',
  'tls-terminated-upstream',
  'session-cost-ttl',
  'session-cost-sweep-interval',
  'approval-validity',
  'audit-max-size-mb',
  'audit-max-backups',
  'audit-max-age-days',
  'audit-compress',
  'audit-buffered',
  'audit-queue-size',
  'audit-workers',
  'audit-overflow-path',
  'debug-pprof',
  'debug-pprof-port',
  'persist',
  'store-dsn',
  'data-dir',
  'audit-backend',
  'node-id',
  'reconcile-interval',
  'notify-spool'
])

/** What to say about a flag that is not there yet. */
export function describePlannedFlag(name: string): string | undefined {
  return planned.has(name) ? `flag --${name} is not supported by this version yet` : undefined
}

export type ReadOptions =
  | { readonly ok: true; readonly options: ServeOptions }
  | { readonly ok: false; readonly message: string; readonly exit: number }

/** Reads the options of `serve`. Nothing else in the program knows the name of an environment variable. */
export function readServeOptions(
  { flags, positionals }: Arguments<typeof serveFlags>,
  env: Readonly<Record<string, string | undefined>>
): ReadOptions {
  const [extra] = positionals
  if (extra !== undefined) return wrongLine(`unexpected argument ${JSON.stringify(extra)}`)
  if (!Number.isInteger(flags.port) || flags.port < 0 || flags.port > 65_535) {
    return wrongLine(`invalid value ${flags.port} for flag -port: expected 0 to 65535`)
  }
  const baseUrl = flags['base-url'].replace(/\/+$/, '')
  if (baseUrl !== '' && !URL.canParse(baseUrl)) {
    return wrongLine(`invalid value ${JSON.stringify(baseUrl)} for flag -base-url: expected a URL`)
  }
  const hasKey = (flags['api-key'] || env['AGENTGUARD_API_KEY'] || '') !== ''
  if (!hasKey && flags.host !== '' && !isLoopback(flags.host)) {
    return {
      ok: false,
      exit: 1,
      message: `refusing to listen on ${flags.host} without an API key: everybody who can reach this machine could use the server. Set AGENTGUARD_API_KEY, or leave --host away`
    }
  }
  const host = flags.host.replace(/^\[(.*)\]$/, '$1') || (hasKey ? undefined : '127.0.0.1')
  const options: ServeOptions = {
    policyFile: flags.policy,
    port: flags.port,
    host,
    baseUrl: baseUrl || undefined,
    allowedOrigin: flags['allowed-origin'] || undefined,
    isOurHost: hasKey ? undefined : localHosts(baseUrl),
    saysReloads: flags.watch,
    logsRequests: flags['access-log']
  }
  return { ok: true, options }
}

/** The names of this machine, and the one that its operator gave. */
function localHosts(baseUrl: string): (name: string) => boolean {
  const own = baseUrl === '' ? undefined : hostName(new URL(baseUrl).host)
  return (name) => isLoopback(name) || name.toLowerCase() === own
}

function wrongLine(message: string): ReadOptions {
  return { ok: false, message, exit: 2 }
}
