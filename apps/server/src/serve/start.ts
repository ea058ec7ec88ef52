import { createAdmission } from '../http/admission/admission.ts'
import { createRefusalCounts } from '../http/admission/count-refusals.ts'
import { createListener } from '../http/create-listener.ts'
import { createHealth } from '../http/health.ts'
import { peerAddress } from '../http/peer-address.ts'
import { type RunningServer, startServer } from '../http/start-server.ts'
import { createApprovalLinks } from '../links/approval-links.ts'
import { approvalUrl } from '../links/approval-url.ts'
import { createMetrics } from '../metrics/create-metrics.ts'
import { createPolicies } from '../policy/policies.ts'
import { createRedactors } from '../policy/redactors.ts'
import type { ServeEnvironment } from '../serve.ts'
import { openAudit } from '../state/open-audit.ts'
import { openState } from '../state/open-state.ts'
import { openKey } from '../state/secret-files.ts'
import { messageOf } from '../state/state-error.ts'
import { commit, version } from '../version.ts'
import { createApi } from './create-api.ts'
import { followLog } from './follow-log.ts'
import { createJournal } from './journal.ts'
import { openAuth } from './open-auth.ts'
import { type OpenGuard, openGuard } from './open-guard.ts'
import { type OpenNotifier, openNotifier } from './open-notifier.ts'
import { openLocalPolicy, openTenants } from './open-policies.ts'
import { openTelemetry } from './open-telemetry.ts'
import type { ServeOptions } from './options.ts'
import { logAddress, logState } from './say.ts'
import { startSweeps } from './sweeps.ts'
import { takeOverLog } from './take-over-log.ts'
import { tellHealth } from './tell-health.ts'
import { watchDatabase, watchServer } from './watch-server.ts'

/** How long a link answers at most. The approval itself mostly stops waiting before. */
const linkTtlMs = 24 * 3_600_000

/** Opens everything, in the order in which one part needs another, and listens. */
export async function startGuarding(
  options: ServeOptions,
  { log, writeConsole, env }: Omit<ServeEnvironment, 'stopSignal'>,
  opened: AsyncDisposableStack
): Promise<RunningServer> {
  const onFault = (error: unknown): void => log(`ERROR: ${messageOf(error)}`)
  const journal = createJournal(onFault)
  /** What is looked at before it is there is not asked for before it is there. */
  let parts: OpenGuard | undefined
  let notifications: OpenNotifier | undefined
  const health = createHealth(version, Date.now, {
    audit: () => audit.health(),
    isStoreUp: () => writes?.isUp() ?? true,
    policyDigest: (tenant) => policies.digestOf(tenant)
  })
  const metrics = createMetrics({
    version,
    commit,
    samples: {
      pendingApprovals: () => parts?.approvals.countPending() ?? 0,
      rateLimitBuckets: () => parts?.limiter.size ?? 0,
      sseSubscribers: () => followers.feed().size(),
      notifyWaiting: () => notifications?.waiting() ?? 0,
      auditHealth: () => audit.health(),
      isStoreUp: () => writes?.isUp() ?? true,
      degraded: health.degraded
    },
    onError: onFault
  })

  const following = {
    log,
    journal,
    news: tellHealth(health, metrics),
    onChange: () => notifications?.reload()
  }
  const { policyFile: file, saysReloads } = options
  // First, so that a bad file leaves nothing behind.
  const local = await openLocalPolicy({ file, saysReloads, ...following })
  opened.defer(() => local.close())
  const state = await openState(options.state, log)
  opened.defer(() => state.close())
  const { paths, database } = state
  const writes = watchDatabase(database, log)
  opened.defer(() => writes?.close())
  const tenants = openTenants(database, following)
  opened.defer(() => tenants?.close())
  const policies = createPolicies(local, tenants)
  const redactorOf = createRedactors(policies, await openKey(paths.redactionKey))

  const followers = followLog({
    metrics,
    findApproval: async (tenant, id) => parts?.approvals.get(tenant, id),
    redactorOf,
    countsPath: paths.counts,
    onFault
  })
  const audit = await openAudit({
    ...options.audit,
    paths,
    database,
    redact: (text, tenant) => redactorOf(tenant).redactText(text),
    watch: followers.watch,
    onError: onFault
  })
  opened.defer(() => audit.close())
  await takeOverLog(audit, state, options.audit, log)
  await followers.counts().restore()
  opened.defer(() => followers.counts().save())
  journal.attach(audit)
  opened.defer(() => journal.settled())

  let port = options.port
  const baseUrl = (): string => options.baseUrl ?? `http://localhost:${port}`
  const links = options.notifications.hasLinks
    ? createApprovalLinks(Buffer.from(await openKey(paths.linkKey)))
    : undefined
  notifications = openNotifier({
    policies,
    redactorOf,
    options: options.notifications,
    deadLettersPath: options.notifications.spool ?? paths.deadLetters,
    answerUrl:
      links &&
      ((tenant, id) =>
        approvalUrl(
          baseUrl(),
          { tenant, id },
          links.create({ tenant, id }, Date.now() + linkTtlMs)
        )),
    writeConsole,
    log,
    health,
    metrics,
    onFault
  })
  opened.defer(notifications.close)

  const telemetry = await openTelemetry(options, env, redactorOf)
  opened.defer(() => telemetry?.close())
  parts = await openGuard({
    database,
    audit,
    policies,
    state: options.state,
    baseUrl,
    notifier: notifications.notifier,
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
  const { guard, approvals, budgets } = parts
  opened.defer(() => approvals.close())
  opened.defer(
    startSweeps({ guard, budgets, counts: followers.counts(), state: options.state, onFault })
  )

  opened.defer(watchServer({ health, metrics, feed: followers.feed(), journal, log }))

  const { auth, signIn, access } = await openAuth({
    options,
    database,
    sessionTtlMs: () => policies.settingsOf('local').document.proxy.sessionTtlMs,
    journal,
    onRefusal: ({ code }) => metrics.count('auth_failures_total', code),
    onFault
  })
  logState(options, log)

  const refusals = createRefusalCounts({
    note: (detail) => journal.note('requests-refused', detail),
    onRefused: (reason) => metrics.count('admission_refusals_total', reason)
  })
  opened.defer(refusals.close)
  const admission = createAdmission({ ...options.limits, onRefused: refusals.refused })
  const stopping = new AbortController()
  const api = createApi({
    options,
    policies,
    parts,
    audit,
    auth,
    signIn,
    access,
    health,
    metrics,
    followers,
    journal,
    links,
    redactorOf,
    admission,
    telemetry,
    onFault,
    stopping: stopping.signal,
    log
  })
  const server = await startServer({
    listener: createListener({ ...api, peerOf: peerAddress(options.trustedProxies) }),
    port,
    host: options.host,
    timeouts: options.timeouts,
    admission
  })
  port = server.port
  journal.note('server-started', { version, port })
  logAddress(options, server, log)
  return {
    port,
    async close(graceMs) {
      health.stopping()
      stopping.abort()
      followers.feed().close()
      await server.close(graceMs)
      journal.note('server-stopped', { version })
    }
  }
}
