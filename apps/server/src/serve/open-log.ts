import type { AuditLog } from '@agentguard/audit'
import type { RedactorOf } from '../policy/redactors.ts'
import { openLogEnd } from '../state/log-end.ts'
import { openAudit } from '../state/open-audit.ts'
import type { State } from '../state/open-state.ts'
import { compareLog, logName, rememberClosed } from './compare-log.ts'
import { followLog, type LogFollowers } from './follow-log.ts'
import type { Observers } from './observers.ts'
import type { Opened } from './opened.ts'
import type { AuditOptions } from './options.ts'
import { takeOverLog } from './take-over-log.ts'

/** The audit log, and those who follow it. */
export interface OpenLog {
  readonly audit: AuditLog
  readonly followers: LogFollowers
}

export interface OpenLogOptions {
  readonly options: AuditOptions
  readonly state: State
  readonly redactorOf: RedactorOf
  readonly observers: Observers
}

/** Opens the log, takes over what version 1.0 has left, and writes down what has been noted so far. */
export async function openLog(
  given: OpenLogOptions,
  opened: Pick<Opened, 'defer'>
): Promise<OpenLog> {
  const { options, state, redactorOf, observers } = given
  const { log, journal, metrics, running, onFault } = observers
  const { paths, database } = state
  const followers = followLog({
    metrics,
    findApproval: async (tenant, id) => running.guard?.approvals.get(tenant, id),
    redactorOf,
    countsPath: paths.counts,
    log,
    onFault
  })
  const end = database && openLogEnd(database, logName(options, paths))
  const known = end?.read()
  const audit = await openAudit({
    ...options,
    paths,
    database,
    redact(text, tenant, name) {
      const redactor = redactorOf(tenant)
      return name === undefined ? redactor.redactText(text) : redactor.redactMember(name, text)
    },
    watch: followers.watch,
    onError(error) {
      metrics.count('audit_failures_total')
      onFault(error)
    },
    onCheckpoint(checkpoint) {
      try {
        end?.write({ ...checkpoint, isClosed: false })
      } catch (error) {
        // What is only remembered must not fail what is written.
        onFault(error)
      }
    }
  })
  if (end) opened.defer(() => rememberClosed(audit, end))
  opened.defer(() => audit.close())
  if (end) await compareLog({ audit, end, known }, observers)
  await takeOverLog(audit, state, options, log)
  await followers.counts().restore()
  opened.defer(() => followers.counts().save())
  journal.attach(audit)
  // From the start on it is known how far the log has come.
  await audit.checkpoint().catch(onFault)
  opened.defer(() => journal.settled())
  return { audit, followers }
}
