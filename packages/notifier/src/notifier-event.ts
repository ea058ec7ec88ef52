import type { DeadReason } from './dead-letter.ts'
import type { ResolvedTarget } from './settings.ts'

/** A target as messages may show it: no path, no query, no name and password. */
export interface ShownTarget {
  readonly id: string
  readonly tenant: string
  readonly type: ResolvedTarget['type']
  /** The scheme and the host of its URL. Empty if it has none. */
  readonly place: string
}

/** What happens inside, for logs and metrics. Nothing in it is secret. */
export type NotifierEvent =
  | {
      readonly type: 'delivered'
      readonly target: ShownTarget
      readonly attempts: number
      readonly durationMs: number
    }
  | {
      readonly type: 'attempt_failed'
      readonly target: ShownTarget
      readonly attempt: number
      readonly reason: string
      readonly durationMs: number
    }
  | {
      readonly type: 'given_up'
      readonly target: ShownTarget
      readonly reason: DeadReason
      readonly attempts: number
    }
  /** It was given up, and it could not be kept either. */
  | { readonly type: 'lost'; readonly target: ShownTarget; readonly reason: DeadReason }
  /** It is counted, and told of later. */
  | {
      readonly type: 'held_back'
      readonly target: ShownTarget
      readonly reason: 'repeated' | 'flood'
    }
  /** The settings of a target do not do: it gets nothing. */
  | {
      readonly type: 'target_refused'
      readonly target: ShownTarget
      readonly reason: 'invalid_url' | 'invalid_secret'
    }
  /** The notification could not be redacted, so nobody gets it. */
  | { readonly type: 'redaction_failed'; readonly tenant: string }

/** Shows a target without what is secret in its URL. */
export function showTarget({ id, tenant, type, url }: ResolvedTarget): ShownTarget {
  return { id, tenant, type, place: maskUrl(url) }
}

/** The scheme and the host of a URL: the path and the query of a webhook are its password. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return ''
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
