import { formatJson } from '../format-json.ts'
import type { ResolvedTarget } from '../settings.ts'
import type { Target } from '../target.ts'
import { signWebhook, webhookKey } from '../webhook-signature.ts'
import { type Fetch, post } from './post.ts'

/** Posts deliveries as JSON, signed if there is a secret. */
export function webhookTarget(
  { url, secrets }: Pick<ResolvedTarget, 'url' | 'secrets'>,
  { fetch, now }: { readonly fetch: Fetch; readonly now: () => number }
): Target {
  // A secret that does not do is refused when the target is made.
  for (const secret of secrets) webhookKey(secret)
  return {
    send(delivery, signal) {
      const body = formatJson(delivery)
      const timestamp = Math.floor(now() / 1000)
      const signed = signWebhook({ id: delivery.id, timestamp, body, secrets })
      const { 'webhook-signature': signature, ...unsigned } = signed
      return post(fetch, {
        url,
        body,
        signal,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'AgentGuard/1.0',
          ...(signature === '' ? unsigned : signed)
        }
      })
    }
  }
}
