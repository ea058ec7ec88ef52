import type { ActionRequest } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
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

/** In characters of the message, in which `<` has four. A block of Slack's has 3000. */
const longestScope = 200
const longestSubject = 1500
const longestReason = 900
const longestRest = 2900

/** The text of a Slack message. No value adds a line, a mention, or a link with words of its own. */
export function formatSlackText(delivery: Delivery): string {
  const { request, result, approval_url } = delivery
  const { emoji } = looks[delivery.type] ?? ordinary
  const head =
    `${emoji} *${result.decision}* | scope: \`${cut(escapeCode(request.scope), longestScope)}\`` +
    ` | action: \`${cut(escapeCode(subjectOf(delivery)), longestSubject)}\``
  const reason = `\n>${cut(escapeText(result.reason), longestReason)}${formatCount(delivery)}`
  const link = approval_url ? `\n><${escapeUrl(approval_url)}|Approve this action>` : ''
  return head + reason + link
}

/** The body of a Slack message. With buttons, for an approval that has an id, it is made of blocks. */
export function formatSlack(delivery: Delivery, options: { readonly buttons: boolean }): string {
  const { color } = looks[delivery.type] ?? ordinary
  const text = formatSlackText(delivery)
  const approval = delivery.result.approval_id
  if (options.buttons && delivery.type === 'approval_required' && approval) {
    const blocks = approvalBlocks(delivery, text, approval)
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

/**
 * The message, what else the action is, and the buttons. INVARIANT: who can approve it here has seen all of it.
 */
function approvalBlocks(delivery: Delivery, text: string, approval: string): object[] {
  const { request, tenant_id: tenant = 'local' } = delivery
  const rest = escapeCode(restOf(request, subjectOf(delivery)))
  const isWhole =
    escapeCode(request.scope).length <= longestScope &&
    escapeCode(subjectOf(delivery)).length <= longestSubject &&
    rest.length <= longestRest
  return [
    section(text),
    ...(rest === '' ? [] : [section(`\`${cut(rest, longestRest)}\``)]),
    ...(isWhole ? [] : [section('This is not all of it: approve it where you can see the rest.')]),
    buttons(tenant, approval, isWhole)
  ]
}

/** What an action is beside its scope and its subject, as JSON. Empty if there is nothing else. */
function restOf(request: ActionRequest, subject: string): string {
  const { schema_version, approval_id, reuse_approval, scope, ...members } = request
  const shown = (['command', 'path', 'domain'] as const).find((name) => members[name] === subject)
  const rest = Object.entries(members).filter(([name, value]) => {
    return name !== shown && value !== undefined && value !== ''
  })
  return rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest))
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function buttons(tenant: string, approval: string, canApprove: boolean): object {
  const value = JSON.stringify({ tenant, approval })
  const button = (action_id: string, text: string, style: string) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text },
    style,
    value
  })
  const approve = canApprove ? [button(approveButton, 'Approve', 'primary')] : []
  return { type: 'actions', elements: [...approve, button(denyButton, 'Deny', 'danger')] }
}

function escapeText(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** Between backticks nothing is markup but a backtick. What shows nothing, such as a line end, is escaped. */
function escapeCode(text: string): string {
  return escapeText(printable(text)).replaceAll('`', '\u02cb')
}

function escapeUrl(url: string): string {
  return url.replace(/[<>|\s\p{C}]/gu, encodeURIComponent).replaceAll('&', '&amp;')
}

/** Slack refuses messages that are too long. Never ends within a character. */
function cut(escaped: string, longest: number): string {
  if (escaped.length <= longest) return escaped
  return `${escaped.slice(0, longest).replace(/(?:[\ud800-\udbff]|&[a-z]{0,3})$/, '')}…`
}
