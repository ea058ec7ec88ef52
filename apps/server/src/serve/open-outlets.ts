import { type ApprovalLinks, createApprovalLinks } from '../links/approval-links.ts'
import { approvalUrl } from '../links/approval-url.ts'
import type { ServeEnvironment } from '../serve.ts'
import { openKey } from '../state/secret-files.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Observers } from './observers.ts'
import { type OpenNotifier, openNotifier } from './open-notifier.ts'
import type { OpenRules } from './open-rules.ts'
import { openTelemetry } from './open-telemetry.ts'
import type { Opened } from './opened.ts'
import type { ServeOptions } from './options.ts'

/** Who hears of what happens, outside of this server. */
export interface OpenOutlets {
  /** Undefined where nobody answers without signing in. */
  readonly links: ApprovalLinks | undefined
  readonly notifications: OpenNotifier
  readonly telemetry: Telemetry | undefined
}

export interface OpenOutletsOptions extends OpenRules {
  readonly options: ServeOptions
  readonly environment: Pick<ServeEnvironment, 'writeConsole' | 'env'>
  readonly baseUrl: () => string
  readonly observers: Observers
}

/** How long a link answers at most. The approval itself mostly stops waiting before. */
const linkTtlMs = 24 * 3_600_000

/** Opens notifications, with links that answer, and telemetry. */
export async function openOutlets(
  given: OpenOutletsOptions,
  opened: Pick<Opened, 'defer'>
): Promise<OpenOutlets> {
  const { options, environment, baseUrl, state, policies, redactorOf, observers } = given
  const { log, health, metrics, running, onFault } = observers
  const links = options.notifications.hasLinks
    ? createApprovalLinks(Buffer.from(await openKey(state.paths.linkKey)))
    : undefined
  const notifications = openNotifier({
    policies,
    redactorOf,
    options: options.notifications,
    deadLettersPath: options.notifications.spool ?? state.paths.deadLetters,
    answerUrl: links && answerUrl(links, baseUrl),
    writeConsole: environment.writeConsole,
    log,
    health,
    metrics,
    onFault
  })
  running.notifications = notifications
  opened.defer(notifications.close)
  const telemetry = await openTelemetry(options, environment.env, redactorOf)
  // A collector that does not answer is not worth a stop that fails.
  opened.defer(() => telemetry?.close().catch(onFault))
  return { links, notifications, telemetry }
}

/** Where an approval may be answered without signing in. */
function answerUrl(
  links: ApprovalLinks,
  baseUrl: () => string
): (tenant: string, id: string) => string {
  return (tenant, id) => {
    const token = links.create({ tenant, id }, Date.now() + linkTtlMs)
    return approvalUrl(baseUrl(), { tenant, id }, token)
  }
}
