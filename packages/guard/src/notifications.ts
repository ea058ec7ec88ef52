import type { Notification, Notifier } from '@agentguard/notifier'
import type { GuardEvent } from './guard-event.ts'

/**
 * Turns what happens in a guard into notifications: somebody is asked, the policy denied, a rate limit
 * did, a person answered. A replayed answer is not news, and neither is a poll.
 */
export function notifyOf(notifier: Pick<Notifier, 'notify'>): (event: GuardEvent) => void {
  return (event) => {
    const notification = notificationOf(event)
    if (notification) notifier.notify(notification)
  }
}

function notificationOf(event: GuardEvent): Notification | undefined {
  // Nearly all of what happens, so that nothing else is done for it.
  if (event.type === 'check' && !isNews(event)) return undefined
  const timestamp = new Date(event.timestamp).toISOString()
  const common = event.tenant === 'local' ? { timestamp } : { timestamp, tenant_id: event.tenant }
  if (event.type === 'approval-required') {
    const { approval, result } = event
    const { approval_url } = result
    const url = approval_url === undefined ? {} : { approval_url }
    return { ...common, type: 'approval_required', request: approval.request, result, ...url }
  }
  if (event.type === 'approval-changed') {
    const { id, request, decision, expired, consumed_at } = event.approval
    // Its use is in the verdict of the action; its answer is news.
    if (decision === undefined || consumed_at !== undefined) return undefined
    const how = expired ? 'expired' : `resolved ${decision} by human`
    const result = { decision, reason: `approval ${id} ${how}`, approval_id: id }
    return { ...common, type: 'resolved', request, result }
  }
  if (event.type !== 'check') return undefined
  const type = event.by === 'rate_limit' ? 'rate_limited' : 'denied'
  return { ...common, type, request: event.action, result: event.result }
}

function isNews({ result, by }: GuardEvent & { readonly type: 'check' }): boolean {
  return result.decision === 'DENY' && by !== 'approval' && by !== 'report'
}
