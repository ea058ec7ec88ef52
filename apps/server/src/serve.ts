import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createAnswerCheck } from './http/answer-check.ts'
import { type AnsweredRequest, createListener } from './http/create-listener.ts'
import { createHealth, type Health } from './http/health.ts'
import type { HostFilter } from './http/refuse-request.ts'
import { type RunningServer, startServer } from './http/start-server.ts'
import type { Log } from './log.ts'
import { findUnenforced, formatUnenforced } from './policy/find-unenforced.ts'
import { formatIssue } from './policy/format-issue.ts'
import { type FailedPolicy, type LivePolicy, openPolicy } from './policy/live-policy.ts'
import { formatSize, type LoadedPolicy } from './policy/loaded-policy.ts'
import { version } from './version.ts'

export interface ServeOptions {
  readonly policyFile: string
  readonly port: number
  /** Undefined is all interfaces. */
  readonly host: string | undefined
  readonly baseUrl: string | undefined
  readonly allowedOrigin: string | undefined
  /** Which hosts we answer for; undefined is all. */
  readonly isOurHost: HostFilter | undefined
  readonly saysReloads: boolean
  readonly logsRequests: boolean
}

export interface ServeEnvironment {
  readonly log: Log
  readonly stopSignal: AbortSignal
}

const shutdownMs = 10_000

/** Serves until asked to stop. Resolves to the exit code. */
export async function serve(
  options: ServeOptions,
  { log, stopSignal }: ServeEnvironment
): Promise<number> {
  const health = createHealth(version)
  let hasFailed = false
  const opened = await openPolicy(options.policyFile, {
    onReload(loaded) {
      health.policyLoaded(true)
      const { name } = loaded.policy.document
      // After a failure everybody wants to know that it is over.
      if (options.saysReloads || hasFailed) {
        log(`Policy reloaded: ${name} (${loaded.ruleCount} rules)`)
      }
      hasFailed = false
      logWarnings(options.policyFile, loaded, log)
    },
    onReloadFailed(failed) {
      health.policyLoaded(false)
      hasFailed = true
      logFailure('Policy reload failed', options.policyFile, failed, log)
    }
  })
  if (!opened.ok) {
    logFailure(`Failed to load policy ${options.policyFile}`, options.policyFile, opened, log)
    return 1
  }
  const { live, loaded } = opened
  health.policyLoaded(true)
  log(`Loaded policy: ${loaded.policy.document.name} (${formatSize(loaded)})`)
  logWarnings(options.policyFile, loaded, log)
  log('WARNING: this version has no audit log yet: decisions are answered and not recorded')
  try {
    const server = await startServer({
      listener: compose(options, live, health, log),
      port: options.port,
      host: options.host
    })
    logAddress(options, server, log)
    if (!stopSignal.aborted) await once(stopSignal, 'abort')
    log('Shutting down...')
    await server.close(shutdownMs)
    return 0
  } catch (error) {
    log(`Server error: ${describe(error)}`)
    return 1
  } finally {
    live.close()
  }
}

function compose(
  { allowedOrigin, isOurHost, logsRequests }: ServeOptions,
  live: LivePolicy,
  health: Health,
  log: Log
): RequestListener {
  const onFault = (error: unknown): void => log(`ERROR: a request failed: ${describe(error)}`)
  return createListener({
    answerCheck: createAnswerCheck({ policy: live.current, onFault, onCheck: health.checked }),
    maxBodyBytes: () => live.current().document.proxy.maxBodyBytes,
    health: health.report,
    allowedOrigin,
    isOurHost,
    onFault,
    onAnswer: logsRequests ? (request) => log(formatRequest(request)) : undefined
  })
}

/** Method, path, duration, status. The query is left out: it may hold a secret. */
function formatRequest({ method, target, status, durationMs }: AnsweredRequest): string {
  return `${method} ${target.split('?', 1)[0]} ${durationMs.toFixed(3)}ms ${status}`
}

function logAddress(
  { host, baseUrl, isOurHost }: ServeOptions,
  { port }: RunningServer,
  log: Log
): void {
  const address = host?.includes(':') ? `[${host}]` : host
  if (isOurHost) {
    log(`INFO: binding to ${address}:${port} (localhost only): no API key is set`)
  } else {
    log(
      `INFO: binding to ${address ?? 'all interfaces'}, port ${port}. Checks need no key: whoever reaches this port may ask`
    )
  }
  log(`AgentGuard v${version} listening on :${port}`)
  log(`Health:    ${baseUrl ?? `http://localhost:${port}`}/health`)
}

function logWarnings(file: string, { policy, warnings }: LoadedPolicy, log: Log): void {
  for (const warning of warnings) log(`WARNING: ${formatIssue(file, warning)}`)
  for (const found of findUnenforced(policy.document)) log(formatUnenforced(file, found))
}

function logFailure(what: string, file: string, { issues }: FailedPolicy, log: Log): void {
  log(`${what}: ${issues[0]?.message}`)
  for (const issue of issues) log(`  ${formatIssue(file, issue)}`)
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
