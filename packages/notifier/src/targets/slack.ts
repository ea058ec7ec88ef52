import { formatSlack } from '../format-slack.ts'
import type { ResolvedTarget } from '../settings.ts'
import type { Target } from '../target.ts'
import { type Fetch, post } from './post.ts'

/** Posts deliveries to an incoming webhook of Slack. */
export function slackTarget(
  { url, buttons }: Pick<ResolvedTarget, 'url' | 'buttons'>,
  { fetch }: { readonly fetch: Fetch }
): Target {
  return {
    send: (delivery, signal) =>
      post(fetch, {
        url,
        body: formatSlack(delivery, { buttons }),
        signal,
        headers: { 'Content-Type': 'application/json' }
      })
  }
}
