import type { ServeOptions } from './options.ts'

/** Something that was asked for and does not work as it was meant. */
export interface IdleOption {
  /** Lower_snake: what programs branch on. */
  readonly id: string
  /** What is, in one line. Never with a secret in it. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** What of the options has no use, because something else is missing. The server starts all the same. */
export function findIdleOptions({
  notifications,
  baseUrl,
  allowedOrigin
}: Pick<ServeOptions, 'notifications' | 'baseUrl' | 'allowedOrigin'>): readonly IdleOption[] {
  const { hasLinks, slackApprovers, slackSigningSecret } = notifications
  const idle: IdleOption[] = []
  if (allowedOrigin !== undefined && !isOrigin(allowedOrigin)) {
    idle.push({
      id: 'allowed_origin_no_origin',
      message: '--allowed-origin is not as a browser writes an origin, and no page has it',
      fix: 'Write the scheme, the host and the port if it is unusual, and nothing else: https://dashboard.example.'
    })
  }
  if (baseUrl !== undefined && new URL(baseUrl).pathname !== '/') {
    idle.push({
      id: 'base_url_path',
      message:
        '--base-url has a path: links have it too, but the pages that they lead to send people on without it',
      fix: 'Give the server a host name of its own, and name that.'
    })
  }
  if (hasLinks && baseUrl === undefined) {
    idle.push({
      id: 'approval_links_local',
      message:
        '--approval-links without --base-url: the links name localhost, and answer on this machine only',
      fix: 'Set --base-url to the address under which people reach the server.'
    })
  }
  if (slackSigningSecret !== undefined && slackApprovers.length === 0) {
    idle.push({
      id: 'slack_approvers_missing',
      message:
        'AGENTGUARD_SLACK_SIGNING_SECRET without --slack-approvers: messages in Slack have buttons, and nobody may press them',
      fix: 'Name who may with --slack-approvers <team>/<user>; who presses a button is told their ids.'
    })
  }
  return idle
}

/** Whether a browser would write this into an `Origin` header. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
