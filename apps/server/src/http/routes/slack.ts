import type { Answer as Reply, Resolved } from '@agentguard/approvals'
import { readSlackCallback, type SlackCallback } from '@agentguard/notifier'
import { Hono } from 'hono'
import { describeReply } from '../../pages/describe-reply.ts'
import { type Answer, textAnswer } from '../answer.ts'
import { readRequest } from '../read-body.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'

export interface SlackDeps {
  /** What Slack signs its requests with. Absent where there are no buttons. */
  readonly signingSecret: string
  /** Who may answer: `<team>/<user>`, in Slack's ids. */
  readonly approvers: ReadonlySet<string>
  readonly hasTenant: (tenant: string) => boolean
  readonly resolve: (tenant: string, id: string, reply: Reply) => Promise<Resolved>
  /** Posts to Slack what has become of a message. It is not waited for. */
  readonly post: (url: string, message: SlackMessage) => Promise<unknown>
  readonly onFault: (error: unknown) => void
  readonly now?: () => number
}

/** What Slack does with a message: puts a text in its place, or says something to who pressed the button. */
export interface SlackMessage {
  readonly text: string
  readonly replace_original: boolean
  readonly response_type?: 'ephemeral'
}

const maxBodyBytes = 262_144

/**
 * `POST /v1/slack/actions`: what Slack sends when somebody presses a button under a notification.
 *
 * The signature says that it comes from Slack, and the list of approvers who may answer: everybody in a channel
 * can press a button.
 */
export function slackRoutes(deps: SlackDeps): Hono<Env> {
  const { signingSecret, approvers, resolve, post, onFault, now = Date.now } = deps

  async function take(callback: SlackCallback, peer: string): Promise<void> {
    const { decision, tenant, approval, user, team, responseUrl } = callback
    const who = `${team}/${user.id}`
    const said = approvers.has(who)
      ? describe(await answer(), callback)
      : only(
          `You (${who}) are not among those who may answer. The server's flag is --slack-approvers.`
        )
    if (responseUrl !== undefined) post(responseUrl, said).catch(onFault)

    async function answer(): Promise<Resolved> {
      if (!deps.hasTenant(tenant)) return { ok: false, reason: 'not_found' }
      const voter = { by: `slack:${who}`, roles: ['approver'], via: 'slack', from: peer }
      return await resolve(tenant, approval, { ...voter, decision })
    }
  }

  async function handle(request: Request, peer: string): Promise<Answer> {
    const body = await readRequest(request, maxBodyBytes)
    if (typeof body === 'string') return textAnswer(413, 'Request body too large')
    const read = readSlackCallback({
      signingSecret,
      timestamp: request.headers.get('X-Slack-Request-Timestamp') ?? undefined,
      signature: request.headers.get('X-Slack-Signature') ?? undefined,
      body: Buffer.from(body).toString(),
      now: now()
    })
    if (read.ok) await take(read.callback, peer)
    else if (read.reason === 'forged') return textAnswer(401, 'The signature is not that of Slack')
    else if (read.reason === 'malformed')
      return textAnswer(400, 'The payload is not that of a button')
    // Slack shows an error for anything but 200, also for buttons of others.
    return { status: 200, headers: {}, body: '' }
  }

  return new Hono<Env>().post('/v1/slack/actions', async (c) =>
    toResponse(await handle(c.req.raw, factsOf(c).peer))
  )
}

function describe(resolved: Resolved, { decision, user }: SlackCallback): SlackMessage {
  if (!resolved.ok) return only(describeReply(resolved, decision).message)
  const { message } = describeReply(resolved, decision)
  const isDone = resolved.approval.resolved
  if (!isDone) return only(message)
  const done = decision === 'ALLOW' ? ':white_check_mark: Approved' : ':no_entry: Denied'
  return { text: `${done} by <@${user.id}>: ${resolved.approval.id}`, replace_original: true }
}

/** Something that only who pressed the button sees. */
function only(text: string): SlackMessage {
  return { text, replace_original: false, response_type: 'ephemeral' }
}
