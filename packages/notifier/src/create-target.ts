import type { Delivery } from './notification.ts'
import type { ResolvedTarget } from './settings.ts'
import type { Target } from './target.ts'
import { consoleTarget } from './targets/console.ts'
import { logTarget } from './targets/log.ts'
import type { Fetch } from './targets/post.ts'
import { slackTarget } from './targets/slack.ts'
import { webhookTarget } from './targets/webhook.ts'

/**
 * Where a person may answer an approval, for targets that people are reached by; undefined leaves what the
 * notification says. It may hold a secret: it is made for each attempt and never kept.
 */
export type AnswerUrl = (delivery: Delivery) => string | undefined

/** What targets reach the world with. */
export interface TargetMeans {
  readonly fetch: Fetch
  readonly now: () => number
  readonly writeConsole: (text: string) => void
  readonly writeLog: (text: string) => void
  readonly answerUrl: AnswerUrl
}

/** What {@link createTarget} answers: the target, or why its settings do not do. */
export type CreatedTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly reason: 'invalid_url' | 'invalid_secret' }

/** Creates the target that the settings are for. */
export function createTarget(settings: ResolvedTarget, means: TargetMeans): CreatedTarget {
  switch (settings.type) {
    case 'console':
      return { ok: true, target: consoleTarget({ write: means.writeConsole }) }
    case 'log':
      return { ok: true, target: logTarget(settings, { write: means.writeLog }) }
    case 'slack':
    case 'webhook':
      return isHttpUrl(settings.url)
        ? createHttpTarget(settings, means)
        : { ok: false, reason: 'invalid_url' }
    default:
      return settings.type satisfies never
  }
}

function createHttpTarget(settings: ResolvedTarget, means: TargetMeans): CreatedTarget {
  try {
    const create = settings.type === 'slack' ? slackTarget : webhookTarget
    return { ok: true, target: withAnswerUrl(create(settings, means), means.answerUrl) }
  } catch {
    return { ok: false, reason: 'invalid_secret' }
  }
}

function withAnswerUrl(target: Target, answerUrl: AnswerUrl): Target {
  return {
    async send(delivery, signal) {
      const url = delivery.type === 'approval_required' ? answerUrl(delivery) : undefined
      return await target.send(
        url === undefined ? delivery : { ...delivery, approval_url: url },
        signal
      )
    }
  }
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}
