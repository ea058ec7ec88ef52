import type { ResolvedTarget } from './settings.ts'
import type { Target } from './target.ts'
import { consoleTarget } from './targets/console.ts'
import { logTarget } from './targets/log.ts'
import type { Fetch } from './targets/post.ts'
import { slackTarget } from './targets/slack.ts'
import { webhookTarget } from './targets/webhook.ts'

/** What targets reach the world with. */
export interface TargetMeans {
  readonly fetch: Fetch
  readonly now: () => number
  readonly writeConsole: (text: string) => void
  readonly writeLog: (text: string) => void
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
  if (settings.type === 'slack') return { ok: true, target: slackTarget(settings, means) }
  try {
    return { ok: true, target: webhookTarget(settings, means) }
  } catch {
    return { ok: false, reason: 'invalid_secret' }
  }
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}
