import type { RunningServer } from '../http/start-server.ts'
import type { ServeEnvironment } from '../serve.ts'
import { messageOf } from '../state/state-error.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { listen } from './listen.ts'
import { createObservers, type Observers } from './observers.ts'
import { openAuth } from './open-auth.ts'
import { type OpenGuardOptions, openGuard } from './open-guard.ts'
import { openLog } from './open-log.ts'
import { openOutlets } from './open-outlets.ts'
import { openRules } from './open-rules.ts'
import type { Opened } from './opened.ts'
import type { ServeOptions } from './options.ts'
import { logState } from './say.ts'
import { startSweeps } from './sweeps.ts'
import { watchServer } from './watch-server.ts'

/** Opens everything, in the order in which one part needs another, and listens. */
export async function startGuarding(
  options: ServeOptions,
  environment: Omit<ServeEnvironment, 'stopSignal'>,
  opened: Pick<Opened, 'defer'>
): Promise<RunningServer> {
  const { log } = environment
  const observers = createObservers(log)
  const { journal, health, metrics, running, onFault } = observers
  let { port } = options
  const baseUrl = (): string => options.baseUrl ?? `http://localhost:${port}`

  const rules = await openRules(options, observers, opened)
  const { policies, redactorOf } = rules
  const { database } = rules.state
  const { audit, followers } = await openLog(
    { options: options.audit, ...rules, observers },
    opened
  )
  running.log = { audit, followers }
  const { links, notifications, telemetry } = await openOutlets(
    { options, environment, baseUrl, ...rules, observers },
    opened
  )
  const parts = await openGuard({
    database,
    audit,
    policies,
    state: options.state,
    baseUrl,
    notifier: notifications.notifier,
    ...guardObservers(observers, telemetry)
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

/** Who is told what the guard does. */
function guardObservers(
  { log, health, metrics }: Observers,
  telemetry: Telemetry | undefined
): Pick<OpenGuardOptions, 'onForgotten' | 'onEvent' | 'onError'> {
  return {
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
  }
}
