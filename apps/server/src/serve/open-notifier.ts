import {
  type AnswerUrl,
  createNotifier,
  type Notifier,
  type NotifierEvent,
  type TargetSettings,
  type TenantSettings
} from '@agentguard/notifier'
import { fileDeadLetters } from '@agentguard/notifier/node'
import type { Health } from '../http/health.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { Policies } from '../policy/policies.ts'
import type { RedactorOf } from '../policy/redactors.ts'
import type { NotificationOptions } from './options.ts'

export interface OpenNotifierOptions {
  readonly policies: Pick<Policies, 'usable'>
  readonly redactorOf: RedactorOf
  readonly options: NotificationOptions
  /** Where an approval may be answered without signing in; undefined where that is not wanted. */
  readonly answerUrl: ((tenant: string, id: string) => string) | undefined
  /** Where notifications are kept that could not be delivered. */
  readonly deadLettersPath: string
  readonly writeConsole: (text: string) => void
  readonly log: Log
  readonly health: Pick<Health, 'notificationDropped'>
  readonly metrics: Pick<Metrics, 'notifierEvent' | 'count'>
  readonly onFault: (error: unknown) => void
}

/** The notifier of all tenants, each with the targets of its own policy. */
export interface OpenNotifier {
  readonly notifier: Notifier
  /** Takes over the targets of the policies that are in force. */
  reload(): void
  /** How many deliveries wait. */
  waiting(): number
  close(): Promise<void>
}

/** How long deliveries may take to finish when the server stops. What does not is kept. */
const closeMs = 500

/** Opens the notifier, and delivers again what could not be delivered before. */
export function openNotifier(options: OpenNotifierOptions): OpenNotifier {
  const { policies, redactorOf, deadLettersPath, writeConsole, onFault } = options
  const { log, health, metrics, answerUrl } = options
  const letters = fileDeadLetters({ path: deadLettersPath })

  function onEvent(event: NotifierEvent): void {
    metrics.notifierEvent(event)
    if (event.type === 'given_up' && event.reason === 'queue_full') {
      health.notificationDropped(event.target.tenant)
    }
    const said = describe(event)
    if (said !== undefined) log(said)
  }

  const notifier = createNotifier({
    tenants: settingsOf(policies, options.options),
    ...(answerUrl && { answerUrl: linkOf(answerUrl) }),
    redact: (value, tenant) => redactorOf(tenant).redactJson(value),
    deadLetters: {
      async append(letter) {
        await letters.append(letter)
        metrics.count('notify_spooled_to_disk_total')
      }
    },
    writeConsole,
    writeLog: (text) => log(text.trimEnd()),
    onEvent
  })
  letters
    .drain(notifier.redeliver)
    .then((count) => metrics.count('notify_despooled_total', undefined, count))
    .catch(onFault)
  return {
    notifier,
    reload: () => notifier.reload(settingsOf(policies, options.options)),
    waiting: () => notifier.waiting().reduce((sum, { size }) => sum + size, 0),
    close: () => notifier.close({ deadlineMs: closeMs })
  }
}

/** The targets of the policies, with what the operator adds to all of them. */
function settingsOf(
  policies: Pick<Policies, 'usable'>,
  { slackSigningSecret, webhookSecret }: NotificationOptions
): TenantSettings {
  const added = {
    ...(slackSigningSecret === undefined ? {} : { buttons: true }),
    ...(webhookSecret === undefined ? {} : { secret: webhookSecret })
  }
  const complete = (targets: readonly TargetSettings[]) =>
    targets.map((target) => ({ ...added, ...target }))
  return new Map(
    [...policies.usable()].map(([tenant, { document }]) => {
      const { approval_required, on_deny, ...rest } = document.notifications
      return [
        tenant,
        { ...rest, approval_required: complete(approval_required), on_deny: complete(on_deny) }
      ]
    })
  )
}

function linkOf(answerUrl: (tenant: string, id: string) => string): AnswerUrl {
  return ({ tenant_id: tenant = 'local', result: { approval_id: id } }) =>
    id === undefined ? undefined : answerUrl(tenant, id)
}

/** What an operator should know. No target is shown with more than its host: its path is a password. */
function describe(event: NotifierEvent): string | undefined {
  if (event.type === 'redaction_failed') {
    return `ERROR: a notification of tenant ${event.tenant} could not be redacted and was not sent`
  }
  const { type, place, tenant } = event.target
  const where = `${type} ${place} of tenant ${tenant}`
  if (event.type === 'given_up') {
    return `WARNING: a notification to ${where} was given up (${event.reason}) and is kept`
  }
  if (event.type === 'lost') return `ERROR: a notification to ${where} was lost (${event.reason})`
  if (event.type === 'target_refused') return `ERROR: ${where} gets nothing: ${event.reason}`
  return undefined
}
