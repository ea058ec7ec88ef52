import { resolve } from 'node:path'
import type { EffectContext } from '@agentguard/policy'
import type { RunningServer } from '../http/start-server.ts'
import { createApprovalLinks } from '../links/approval-links.ts'
import { approvalUrl } from '../links/approval-url.ts'
import { createPolicies } from '../policy/policies.ts'
import { createRedactors } from '../policy/redactors.ts'
import type { ServeEnvironment } from '../serve.ts'
import { dataPaths } from '../state/data-directory.ts'
import { openState } from '../state/open-state.ts'
import { openKey } from '../state/secret-files.ts'
import { messageOf } from '../state/state-error.ts'
import { listen } from './listen.ts'
import { createObservers } from './observers.ts'
import { openAuth } from './open-auth.ts'
import { openGuard } from './open-guard.ts'
import { openLog } from './open-log.ts'
import { openNotifier } from './open-notifier.ts'
import { openLocalPolicy, openTenants } from './open-policies.ts'
import { openTelemetry } from './open-telemetry.ts'
import type { Opened } from './opened.ts'
import type { ServeOptions } from './options.ts'
import { logState } from './say.ts'
import { startSweeps } from './sweeps.ts'
import { tellHealth } from './tell-health.ts'
import { watchDatabase, watchServer } from './watch-server.ts'

/** How long a link answers at most. The approval itself mostly stops waiting before. */
const linkTtlMs = 24 * 3_600_000

/** Where agents run what they ask for. Writing our own files is never allowed by the way. */
function withOwnFiles({ context, policyFile, state, audit }: ServeOptions): EffectContext {
  const { directory, ...files } = dataPaths(resolve(state.dataDirectory))
  // A directory in which agents work holds more than what is ours.
  const places = [process.cwd(), ...(context?.cwd === undefined ? [] : [context.cwd])]
  const isShared = places.some((place) => `${place}/`.startsWith(`${directory}/`))
  const data = isShared
    ? [...Object.values(files), `${files.database}-wal`, `${files.database}-shm`]
    : [directory]
  const own = [policyFile, ...data, ...(audit.path === undefined ? [] : [audit.path])]
  return { ...context, ownFiles: own.map((path) => resolve(path)) }
}

/** Opens everything, in the order in which one part needs another, and listens. */
export async function startGuarding(
  options: ServeOptions,
  { log, writeConsole, env }: Omit<ServeEnvironment, 'stopSignal'>,
  opened: Pick<Opened, 'defer'>
): Promise<RunningServer> {
  const observers = createObservers(log)
  const { journal, health, metrics, running, onFault } = observers
  let { port } = options
  const baseUrl = (): string => options.baseUrl ?? `http://localhost:${port}`

  const context = withOwnFiles(options)
  const following = {
    context,
    log,
    journal,
    news: tellHealth(health, metrics),
    onChange: () => running.notifications?.reload()
  }
  const { policyFile: file, saysReloads } = options
  // First, so that a bad file leaves nothing behind.
  const local = await openLocalPolicy({ file, saysReloads, ...following })
  opened.defer(local.close)
  const state = await openState(options.state, log)
  opened.defer(state.close)
  const { paths, database } = state
  running.writes = watchDatabase(database, log)
  opened.defer(() => running.writes?.close())
  const tenants = openTenants(database, following)
  opened.defer(() => tenants?.close())
  const policies = createPolicies(local, tenants)
  running.policies = policies
  const redactorOf = createRedactors(policies, await openKey(paths.redactionKey))

  const { audit, followers } = await openLog(
    { options: options.audit, state, redactorOf, observers },
    opened
  )
  running.log = { audit, followers }

  const links = options.notifications.hasLinks
    ? createApprovalLinks(Buffer.from(await openKey(paths.linkKey)))
    : undefined
  const notifications = openNotifier({
    policies,
    redactorOf,
    options: options.notifications,
    deadLettersPath: options.notifications.spool ?? paths.deadLetters,
    answerUrl:
      links &&
      ((tenant, id) => {
        const token = links.create({ tenant, id }, Date.now() + linkTtlMs)
        return approvalUrl(baseUrl(), { tenant, id }, token)
      }),
    writeConsole,
    log,
    health,
    metrics,
    onFault
  })
  running.notifications = notifications
  opened.defer(notifications.close)

  const telemetry = await openTelemetry(options, env, redactorOf)
  // A collector that does not answer is not worth a stop that fails.
  opened.defer(() => telemetry?.close().catch(onFault))
  const parts = await openGuard({
    database,
    audit,
    policies,
    state: options.state,
    baseUrl,
    notifier: notifications.notifier,
    onForgotten: (scope, count) => metrics.count('ratelimit_bucket_evictions_total', scope, count),
    onEvent(event) {
      metrics.guardEvent(event)
      telemetry?.guardEvent(event)
      if (event.type === 'check') health.checked(event.tenant)
    },
    onError(part, error) {
      metrics.fault(part)
      log(`ERROR: ${part}: ${messageOf(error)}`)
    }
  })
  running.guard = parts
  const { guard, approvals, budgets } = parts
  opened.defer(approvals.close)
  opened.defer(watchServer({ health, metrics, feed: followers.feed(), journal, log }))

  const identities = await openAuth({
    options,
    database,
    sessionTtlMs: () => policies.settingsOf('local').document.proxy.sessionTtlMs,
    journal,
    onRefusal: ({ code }) => metrics.count('auth_failures_total', code),
    onFault
  })
  const { access } = identities
  // When a credential was used is not worth a stop that fails.
  opened.defer(() => access.close().catch(onFault))
  const counts = followers.counts()
  opened.defer(startSweeps({ guard, budgets, access, counts, state: options.state, onFault }))
  logState(options, log)
  return await listen(
    {
      ...identities,
      options,
      policies,
      parts,
      audit,
      followers,
      links,
      redactorOf,
      telemetry,
      observers
    },
    (listening) => {
      port = listening
    },
    opened
  )
}
