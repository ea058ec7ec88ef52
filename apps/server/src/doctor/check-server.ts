import { healthReportSchema } from '@agentguard/protocol'
import { readWire } from '../client/read-wire.ts'
import type { ServerClient } from '../client/server-client.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface ServerExpectations {
  readonly hasKey: boolean
  /** Our own version. */
  readonly version: string
  /** The time here, in milliseconds. */
  readonly now: () => number
  /** Whether somebody said that a server must be there. */
  readonly isRequired: boolean
}

/** A difference of clocks that is noticed, and one that breaks things, in milliseconds. */
const noticedSkewMs = 5_000
const badSkewMs = 60_000

/** Asks a server how it is, what time it has, and whether it takes the key. */
export async function checkServer(
  client: ServerClient,
  expected: ServerExpectations
): Promise<Finding[]> {
  const before = expected.now()
  const reply = await client.request('v1/health')
  const after = expected.now()
  if (!reply.ok) {
    const { message, next = '' } = reply.failure
    const finding = expected.isRequired || reply.failure.status !== undefined ? fail : warn
    return [finding('server', `${client.url}: ${message}`, next)]
  }
  const report = readWire(healthReportSchema, reply.body)
  if (!report) {
    return [
      fail('server', `${client.url} is no AgentGuard server`, 'Look at --url and --base-url.')
    ]
  }
  const degraded = report.warnings.map((text) =>
    warn('server_degraded', `the server says: ${text}`, 'See docs/troubleshooting.md.')
  )
  return [
    ok('server', `${client.url} answers, as version ${report.version}`),
    ...checkVersion(report.version, expected.version),
    ...degraded,
    checkClock(reply.headers.get('date'), before, after),
    ...(await checkAccess(client, expected.hasKey))
  ]
}

function checkVersion(theirs: string, ours: string): Finding[] {
  if (theirs === ours) return []
  const message = `the server is of version ${theirs}, and this command of ${ours}`
  return [warn('server_version', message, 'Use the command of the same version.')]
}

/** The header has whole seconds, so that a second says nothing. */
function checkClock(date: string | null, before: number, after: number): Finding {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) {
    return warn('clock', 'the server does not say what time it has', 'Look at proxies on the way.')
  }
  const skewMs = theirs > after ? theirs - after : Math.max(0, before - theirs - 1000)
  if (skewMs < noticedSkewMs) return ok('clock', 'the clocks here and there agree')
  const message = `the clocks here and there differ by ${Math.round(skewMs / 1000)} seconds`
  const fix =
    'Run NTP (chrony, systemd-timesyncd) on both: approvals and links are valid for a time.'
  return skewMs < badSkewMs ? warn('clock', message, fix) : fail('clock', message, fix)
}

async function checkAccess(client: ServerClient, hasKey: boolean): Promise<Finding[]> {
  const reply = await client.request('v1/audit', { query: { limit: '1' } })
  if (reply.ok)
    return [ok('access', hasKey ? 'the server takes the key' : 'the server asks for no key')]
  const { status, message, next = '' } = reply.failure
  if (status !== 401 && status !== 403)
    return [fail('access', `the log cannot be read: ${message}`, next)]
  return [
    hasKey
      ? fail(
          'access',
          'the server does not take the key',
          'Compare AGENTGUARD_API_KEY here and there.'
        )
      : warn('access', 'the server wants a key, and none is set here', next)
  ]
}

/** Looks whether two addresses lead to the same server. */
export async function checkSameServer(
  local: ServerClient,
  given: ServerClient
): Promise<Finding[]> {
  const [here, there] = await Promise.all(
    [local, given].map((client) => client.request('v1/health'))
  )
  const [one, other] = [here, there].map((reply) =>
    reply?.ok ? readWire(healthReportSchema, reply.body) : undefined
  )
  // Whether one of them answers at all is said elsewhere.
  if (!one || !other) return []
  const isSame =
    one.version === other.version && one.last_policy_load_at === other.last_policy_load_at
  if (isSame) return [ok('base_url_server', `${given.url} leads to the server of this machine`)]
  const message = `${given.url} leads to another server than the one of this machine`
  return [warn('base_url_server', message, 'Look at --base-url, at DNS and at the proxy.')]
}
