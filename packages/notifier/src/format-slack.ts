import { formatCount, subjectOf } from './format-line.ts'
import type { Delivery, NotificationType } from './notification.ts'

/** The names of the buttons, which come back when one is pressed. */
export const approveButton = 'agentguard_approve'
export const denyButton = 'agentguard_deny'

interface Look {
  readonly color: string
  readonly emoji: string
}

const ordinary: Look = { color: '#36a64f', emoji: ':white_check_mark:' }
const looks: Partial<Record<NotificationType, Look>> = {
  denied: { color: '#e01e5a', emoji: ':no_entry:' },
  approval_required: { color: '#ecb22e', emoji: ':warning:' }
}

const longestSubject = 1500
const longestReason = 1000

/** The text of a Slack message. No value adds a line, a mention, or a link with words of its own. */
export function formatSlackText(delivery: Delivery): string {
  const { request, result, approval_url } = delivery
  const { emoji } = looks[delivery.type] ?? ordinary
  const head =
    `${emoji} *${result.decision}* | scope: \`${escapeCode(request.scope)}\`` +
    ` | action: \`${escapeCode(subjectOf(delivery))}\``
  const reason = `\n>${escapeText(cut(result.reason, longestReason))}${formatCount(delivery)}`
  const link = approval_url ? `\n><${escapeUrl(approval_url)}|Approve this action>` : ''
  return head + reason + link
}

/** The body of a Slack message. With buttons, for an approval that has an id, it is made of blocks. */
export function formatSlack(delivery: Delivery, options: { readonly buttons: boolean }): string {
  const { color } = looks[delivery.type] ?? ordinary
  const text = formatSlackText(delivery)
  const approval = delivery.result.approval_id
  if (options.buttons && delivery.type === 'approval_required' && approval) {
    const blocks = [section(text), buttons(delivery.tenant_id ?? 'local', approval)]
    return JSON.stringify({
      text: 'AgentGuard: approval required',
      attachments: [{ color, blocks }]
    })
  }
  const ts = Math.floor(Date.parse(delivery.timestamp) / 1000)
  return JSON.stringify({
    attachments: [{ color, footer: 'AgentGuard', mrkdwn_in: ['text'], text, ts }]
  })
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function buttons(tenant: string, approval: string): object {
  const value = JSON.stringify({ tenant, approval })
  const button = (action_id: string, text: string, style: string) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text },
    style,
    value
  })
  return {
    type: 'actions',
    elements: [button(approveButton, 'Approve', 'primary'), button(denyButton, 'Deny', 'danger')]
  }
}

function escapeText(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** Between backticks nothing is markup but a backtick. */
function escapeCode(text: string): string {
  return escapeText(cut(text, longestSubject)).replaceAll('`', '\u02cb')
}

function escapeUrl(url: string): string {
  return url.replace(/[<>|\s\p{C}]/gu, encodeURIComponent).replaceAll('&', '&amp;')
}

/** Slack refuses messages that are too long. */
function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text
}
