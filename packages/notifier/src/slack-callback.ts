import type { Resolution } from '@agentguard/protocol'
import { parseJson } from '@agentguard/protocol'
import { approveButton, denyButton } from './format-slack.ts'
import { type SlackRequest, verifySlackSignature } from './slack-signature.ts'

/** A button that somebody pressed. */
export interface SlackCallback {
  readonly decision: Resolution
  readonly tenant: string
  readonly approval: string
  /** Who pressed it: Slack's id, and the name as Slack shows it. */
  readonly user: { readonly id: string; readonly name: string }
  /** The workspace. */
  readonly team: string
  /** Where an answer to the message may be posted. */
  readonly responseUrl?: string
}

/** What {@link readSlackCallback} answers. */
export type SlackCallbackResult =
  | { readonly ok: true; readonly callback: SlackCallback }
  | { readonly ok: false; readonly reason: 'forged' | 'malformed' | 'not_ours' }

/**
 * Reads what Slack posts when somebody presses a button, after its signature is verified.
 *
 * It says who pressed the button, not whether they may: the caller MUST check that.
 */
export function readSlackCallback(request: SlackRequest): SlackCallbackResult {
  if (!verifySlackSignature(request)) return { ok: false, reason: 'forged' }
  const payload = object(parse(new URLSearchParams(request.body).get('payload')))
  const action = object(list(payload?.['actions'])[0])
  const user = object(payload?.['user'])
  if (!payload || !user) return { ok: false, reason: 'malformed' }
  const decision = decisionOf(action?.['action_id'])
  if (!decision) return { ok: false, reason: 'not_ours' }
  const value = object(parse(action?.['value']))
  const { tenant, approval } = value ?? {}
  const [id, name] = [user['id'], user['username'] ?? user['name']]
  if (typeof tenant !== 'string' || typeof approval !== 'string' || typeof id !== 'string') {
    return { ok: false, reason: 'malformed' }
  }
  const responseUrl = payload['response_url']
  return {
    ok: true,
    callback: {
      decision,
      tenant,
      approval,
      user: { id, name: text(name) },
      team: text(object(payload['team'])?.['id']),
      ...(isSlackUrl(responseUrl) && { responseUrl })
    }
  }
}

function decisionOf(button: unknown): Resolution | undefined {
  if (button === approveButton) return 'ALLOW'
  return button === denyButton ? 'DENY' : undefined
}

function parse(source: unknown): unknown {
  if (typeof source !== 'string') return undefined
  const parsed = parseJson(source)
  return parsed.ok ? parsed.value : undefined
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isSlackUrl(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('https://hooks.slack.com/')
}
