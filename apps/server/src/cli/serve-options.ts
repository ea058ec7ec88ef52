import { parseDuration } from '@agentguard/policy'
import { isLoopback } from '../http/host-names.ts'
import { peerAddress } from '../http/peer-address.ts'
import type {
  AuditOptions,
  LimitOptions,
  NotificationOptions,
  ServeOptions,
  StateOptions
} from '../serve/options.ts'
import { messageOf } from '../state/state-error.ts'
import { readContext } from './context-flags.ts'
import { readSecret } from './environment.ts'
import type { Arguments } from './flags.ts'
import type { Io } from './io.ts'
import { idleFlags, type serveFlags } from './serve-flags.ts'

export type ReadOptions =
  | {
      readonly ok: true
      readonly options: ServeOptions
      readonly logFormat: 'text' | 'json'
    }
  | { readonly ok: false; readonly message: string; readonly exit: number }

/** A line that is wrong. `exit` is 1 where the line is right and the server cannot do it. */
class WrongOption extends Error {
  readonly exit: number
  constructor(message: string, exit = 2) {
    super(message)
    this.exit = exit
  }
}

type Line = Arguments<typeof serveFlags>

/** What the environment keeps secret. */
interface Secrets {
  readonly apiKey: string | undefined
  readonly slackSigningSecret: string | undefined
  readonly webhookSecret: string | undefined
}

/** Reads the secrets of `serve` from its environment. */
export function readServeSecrets({ env }: Pick<Io, 'env'>): Secrets {
  return {
    apiKey: readSecret(env, 'AGENTGUARD_API_KEY'),
    slackSigningSecret: readSecret(env, 'AGENTGUARD_SLACK_SIGNING_SECRET'),
    webhookSecret: readSecret(env, 'AGENTGUARD_WEBHOOK_SECRET')
  }
}

/** Reads the options of `serve` from its line and the secrets of the environment. */
export function readServeOptions(line: Line, secrets: Secrets): ReadOptions {
  try {
    const logFormat = oneOf(line, 'log-format', ['text', 'json'])
    const options = readOptions(line, secrets)
    return { ok: true, options, logFormat: line.flags.json ? 'json' : logFormat }
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    return { ok: false, message: error.message, exit: error.exit }
  }
}

/** What links begin with. They are put together of it and a path, and people follow them. */
function readBaseUrl(text: string): string | undefined {
  const url = text.replace(/(?<!\/)\/+$/, '')
  if (url === '') return undefined
  const isUsable = /^https?:\/\/[^?#@\s]+$/i.test(url) && URL.canParse(url)
  if (isUsable) return url
  throw wrongValue('base-url', withoutUser(url), 'an http or https URL without a query or a user')
}

/** A URL as it can be shown: a user in it may have a password. */
function withoutUser(url: string): string {
  const start = url.indexOf('//')
  const end = url.lastIndexOf('@')
  return start === -1 || end < start ? url : `${url.slice(0, start)}//…${url.slice(end)}`
}

function readOptions(line: Line, secrets: Secrets): ServeOptions {
  const { flags, positionals, given } = line
  const [extra] = positionals
  if (extra !== undefined) throw new WrongOption(`unexpected argument ${JSON.stringify(extra)}`)
  const port = count(line, 'port')
  if (port > 65_535) throw wrongValue('port', port, '0 to 65535')
  const baseUrl = readBaseUrl(flags['base-url'])
  const apiKey = flags['api-key'] || secrets.apiKey
  const place = readContext(line)
  if (!place.ok) throw new WrongOption(place.message)
  return {
    policyFile: flags.policy,
    context: place.context,
    port,
    host: readHost(flags.host, apiKey),
    apiKey,
    checkAuth: oneOf(line, 'check-auth', ['optional', 'required']),
    baseUrl,
    allowedOrigin: flags['allowed-origin'] || undefined,
    allowedHosts: list(flags['allowed-host']),
    trustedProxies: readProxies(flags['trusted-proxy']),
    hasDashboard: flags.dashboard,
    isTlsTerminatedUpstream: flags['tls-terminated-upstream'],
    saysReloads: flags.watch,
    logsRequests: flags['access-log'],
    hasTelemetry: flags.otel,
    state: readState(line),
    audit: readAudit(line),
    limits: readLimits(line),
    notifications: readNotifications(line, secrets),
    notices: Object.entries(idleFlags).flatMap(([name, { meaning }]) =>
      given.has(name) ? [`WARNING: --${name}: ${meaning}`] : []
    )
  }
}

function readNotifications(
  { flags }: Line,
  { slackSigningSecret, webhookSecret }: Secrets
): NotificationOptions {
  const slackApprovers = list(flags['slack-approvers'])
  const wrong = slackApprovers.find((one) => !/^[A-Z0-9]+\/[A-Z0-9]+$/.test(one))
  if (wrong !== undefined) {
    throw wrongValue('slack-approvers', wrong, 'Slack ids such as T0123/U0456, separated by commas')
  }
  if (slackApprovers.length > 0 && slackSigningSecret === undefined) {
    throw new WrongOption(
      "--slack-approvers: Slack's requests cannot be told from others. Set AGENTGUARD_SLACK_SIGNING_SECRET",
      1
    )
  }
  return {
    spool: flags['notify-spool'] || undefined,
    hasLinks: flags['approval-links'],
    slackApprovers,
    slackSigningSecret,
    webhookSecret
  }
}

function readHost(given: string, apiKey: string | undefined): string | undefined {
  if (apiKey === undefined && given !== '' && !isLoopback(given)) {
    throw new WrongOption(
      `refusing to listen on ${given} without an API key: everybody who can reach this machine could use the server. Set AGENTGUARD_API_KEY, or leave --host away`,
      1
    )
  }
  return given.replace(/^\[(.*)\]$/, '$1') || (apiKey === undefined ? '127.0.0.1' : undefined)
}

function readProxies(text: string): readonly string[] {
  const proxies = list(text)
  try {
    peerAddress(proxies)
  } catch (error) {
    throw new WrongOption(`invalid value for flag -trusted-proxy: ${messageOf(error)}`)
  }
  return proxies
}

function readState(line: Line): StateOptions {
  const { flags } = line
  const dsn = flags['store-dsn']
  if (dsn !== '') {
    // A DSN holds a password: it is not repeated.
    throw new WrongOption(
      /^postgres(ql)?:/i.test(dsn)
        ? '--store-dsn: PostgreSQL is not supported by this version. Leave the flag away to keep the state in --data-dir (SQLite)'
        : '--store-dsn: this version keeps its state in --data-dir (SQLite) only. Leave the flag away',
      1
    )
  }
  const sessionCostTtlMs = durationMs(line, 'session-cost-ttl')
  const sweepMs = durationMs(line, 'session-cost-sweep-interval')
  return {
    dataDirectory: flags['data-dir'] || '.',
    isPersistent: flags.persist,
    approvalValidityMs: durationMs(line, 'approval-validity'),
    sessionCostTtlMs,
    sessionCostSweepMs: Math.min(sweepMs || Math.max(sessionCostTtlMs / 4, 60_000), maxTimerMs)
  }
}

/** The longest time that a timer can be set to. */
const maxTimerMs = 2 ** 31 - 1

function readAudit(line: Line): AuditOptions {
  const { flags } = line
  const mebi = 1_048_576
  return {
    backend: oneOf(line, 'audit-backend', ['file', 'store'], 1),
    path: flags['audit-log'] || undefined,
    overflowPath: flags['audit-overflow-path'] || undefined,
    durability: oneOf(line, 'audit-durability', ['fsync', 'written', 'async']),
    maxPartBytes: count(line, 'audit-max-size-mb') * mebi,
    maxParts: count(line, 'audit-max-backups'),
    maxAgeMs: count(line, 'audit-max-age-days') * 86_400_000,
    compress: flags['audit-compress'],
    sourceBytesPerHour: count(line, 'audit-source-mb-per-hour') * mebi
  }
}

function readLimits(line: Line): LimitOptions {
  return {
    maxConnections: atLeastOne(line, 'max-connections'),
    maxInFlight: atLeastOne(line, 'max-in-flight'),
    maxWaiting: atLeastOne(line, 'max-waiting'),
    maxBodyMemoryBytes: atLeastOne(line, 'max-body-memory-mb') * 1_048_576,
    peerRate: count(line, 'peer-rate'),
    agentRate: count(line, 'agent-rate')
  }
}

type NumberFlag = {
  [Name in keyof typeof serveFlags]: (typeof serveFlags)[Name]['default'] extends number
    ? Name
    : never
}[keyof typeof serveFlags]

type TextFlag = Exclude<
  {
    [Name in keyof typeof serveFlags]: (typeof serveFlags)[Name]['default'] extends string
      ? Name
      : never
  }[keyof typeof serveFlags],
  never
>

function count({ flags }: Line, name: NumberFlag): number {
  const value: number = flags[name]
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw wrongValue(name, value, 'a whole number, 0 or above')
}

function atLeastOne(line: Line, name: NumberFlag): number {
  const value = count(line, name)
  if (value > 0) return value
  throw wrongValue(name, value, 'a whole number above 0')
}

function durationMs({ flags }: Line, name: TextFlag): number {
  const text: string = flags[name]
  const parsed = parseDuration(text)
  if (!parsed.ok || parsed.nanos < 0n)
    throw wrongValue(name, text, 'a duration such as 90s or 1h30m')
  return Number(parsed.nanos) / 1e6
}

function oneOf<const Value extends string>(
  { flags }: Line,
  name: TextFlag,
  values: readonly Value[],
  exit = 2
): Value {
  const text: string = flags[name]
  const found = values.find((value) => value === text)
  if (found !== undefined) return found
  throw wrongValue(name, text, values.join(' or '), exit)
}

function list(text: string): readonly string[] {
  return text.split(',').flatMap((one) => one.trim() || [])
}

function wrongValue(name: string, value: string | number, expected: string, exit = 2): WrongOption {
  return new WrongOption(
    `invalid value ${JSON.stringify(value)} for flag -${name}: expected ${expected}`,
    exit
  )
}
