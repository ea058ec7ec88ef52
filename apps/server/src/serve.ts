import { once } from 'node:events'
import { createListener } from './http/create-listener.ts'
import { createHealth } from './http/health.ts'
import { peerAddress } from './http/peer-address.ts'
import { type RunningServer, startServer } from './http/start-server.ts'
import type { Log } from './log.ts'
import { createRedactors } from './policy/redactors.ts'
import { createApi } from './serve/create-api.ts'
import { createJournal } from './serve/journal.ts'
import { openGuard } from './serve/open-guard.ts'
import { openPolicies } from './serve/open-policies.ts'
import type { ServeOptions } from './serve/options.ts'
import { logAddress, logState } from './serve/say.ts'
import { startSweeps } from './serve/sweeps.ts'
import { takeDataDirectory } from './state/data-directory.ts'
import { openDatabase } from './state/database.ts'
import { openAudit } from './state/open-audit.ts'
import { openRedactionKey } from './state/secret-files.ts'
import { messageOf } from './state/state-error.ts'
import { version } from './version.ts'

export type { ServeOptions } from './serve/options.ts'

export interface ServeEnvironment {
  readonly log: Log
  readonly stopSignal: AbortSignal
}

const shutdownMs = 4_500

/** Serves until asked to stop. Resolves to the exit code. */
export async function serve(
  options: ServeOptions,
  { log, stopSignal }: ServeEnvironment
): Promise<number> {
  /** What was opened, to be closed in the opposite order. */
  await using opened = new AsyncDisposableStack()
  try {
    const server = await start(options, log, opened)
    if (!stopSignal.aborted) await once(stopSignal, 'abort')
    log('Shutting down...')
    await server.close(shutdownMs)
    return 0
  } catch (error) {
    log(`Server error: ${messageOf(error)}`)
    return 1
  }
}

/** Opens everything, in the order in which one part needs another, and listens. */
async function start(
  options: ServeOptions,
  log: Log,
  opened: AsyncDisposableStack
): Promise<RunningServer> {
  const { state, audit: auditOptions } = options
  const onFault = (error: unknown): void => log(`ERROR: ${messageOf(error)}`)
  const health = createHealth(version)
  const journal = createJournal(onFault)

  const directory = await takeDataDirectory(state.dataDirectory)
  opened.defer(() => directory.release())
  const { paths } = directory
  const database = state.isPersistent ? await openDatabase(paths.database) : undefined
  if (database) opened.defer(() => database.close())

  const { policies, close } = await openPolicies({
    file: options.policyFile,
    database,
    saysReloads: options.saysReloads,
    log,
    journal,
    news: health,
    onChange: () => {}
  })
  opened.defer(close)
  const redactorOf = createRedactors(policies, await openRedactionKey(paths.redactionKey))

  const audit = await openAudit({
    ...auditOptions,
    paths,
    database,
    redact: (text, tenant) => redactorOf(tenant).redactText(text),
    onError: onFault
  })
  opened.defer(() => audit.close())
  journal.attach(audit)
  opened.defer(() => journal.settled())

  let port = options.port
  const { guard, approvals, budgets } = await openGuard({
    database,
    audit,
    policies,
    state,
    baseUrl: () => options.baseUrl ?? `http://localhost:${port}`,
    onEvent: (event) => void (event.type === 'check' && health.checked()),
    onError: (part, error) => log(`ERROR: ${part}: ${messageOf(error)}`)
  })
  opened.defer(() => approvals.close())
  opened.defer(startSweeps({ guard, budgets, state, onFault }))
  logState(options, log)

  const stopping = new AbortController()
  const api = createApi({
    options,
    policies,
    guard,
    approvals,
    audit,
    health,
    redactorOf,
    onFault,
    stopping: stopping.signal,
    log
  })
  const server = await startServer({
    listener: createListener({ ...api, peerOf: peerAddress(options.trustedProxies) }),
    port,
    host: options.host,
    timeouts: options.timeouts
  })
  port = server.port
  journal.note('server-started', { version, port })
  logAddress(options, server, log)
  return {
    port,
    async close(graceMs) {
      stopping.abort()
      await server.close(graceMs)
      journal.note('server-stopped', { version })
    }
  }
}
