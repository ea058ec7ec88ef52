import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type SlackMessage, slackRoutes } from '../../src/http/routes/slack.ts'
import { openParts } from '../support/parts.ts'
import { policyOf } from '../support/policy.ts'

const policy = policyOf(`
version: "1"
name: slack
rules: [{ scope: shell, require_approval: [{ pattern: "deploy *" }] }]
`)
const signingSecret = 'shhh'
const now = Date.UTC(2026, 10, 22)

async function open() {
  const { guard, approvals, policies } = await openParts({ policies: { local: policy } })
  const posted: SlackMessage[] = []
  const app = slackRoutes({
    signingSecret,
    approvers: new Set(['T1/U1']),
    hasTenant: (tenant) => policies.has(tenant),
    resolve: guard.resolve,
    post: async (_, message) => void posted.push(message),
    onFault(error) {
      throw error
    },
    now: () => now
  })
  const { approval_id: id = '' } = await guard.check({ scope: 'shell', command: 'deploy it' })

  async function press(
    button: string,
    { user = 'U1', secret = signingSecret, tenant = 'local' } = {}
  ) {
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: user, username: 'somebody' },
      response_url: 'https://hooks.slack.com/actions/T1/1/abc',
      actions: [{ action_id: button, value: JSON.stringify({ tenant, approval: id }) }]
    }
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
    const timestamp = String(now / 1000)
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
    const headers = { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${digest}` }
    return await app.request('/v1/slack/actions', { method: 'POST', body, headers })
  }

  return { press, posted, approval: () => approvals.get('local', id) }
}

describe('a button in Slack', () => {
  test('answers in the name of who pressed it, and the message says so', async () => {
    const { press, posted, approval } = await open()
    expect((await press('agentguard_approve')).status).toBe(200)
    expect(await approval()).toMatchObject({
      decision: 'ALLOW',
      resolved_by: 'slack:T1/U1',
      resolved_via: 'slack'
    })
    expect(posted).toMatchObject([
      { replace_original: true, text: expect.stringContaining('<@U1>') }
    ])
  })

  test('pressed by somebody who is not on the list, changes nothing and says why', async () => {
    const { press, posted, approval } = await open()
    await press('agentguard_approve', { user: 'U2' })
    expect(await approval()).toMatchObject({ resolved: false })
    expect(posted).toMatchObject([
      { replace_original: false, text: expect.stringContaining('T1/U2') }
    ])
  })

  test('whose request has the wrong signature is refused', async () => {
    const { press, approval } = await open()
    expect((await press('agentguard_approve', { secret: 'guess' })).status).toBe(401)
    expect(await approval()).toMatchObject({ resolved: false })
  })

  test('pressed after somebody else has answered says that their answer stays', async () => {
    const { press, posted, approval } = await open()
    await press('agentguard_deny')
    await press('agentguard_approve')
    expect(await approval()).toMatchObject({ decision: 'DENY' })
    expect(posted[1]?.text).toContain('stays')
  })

  test('of another tenant than the approval finds none', async () => {
    const { press, posted, approval } = await open()
    await press('agentguard_approve', { tenant: 'acme' })
    expect(await approval()).toMatchObject({ resolved: false })
    expect(posted[0]?.text).toContain('gone')
  })

  test('of another app is none of our business, and no error', async () => {
    const { press, posted } = await open()
    expect((await press('something_else')).status).toBe(200)
    expect(posted).toEqual([])
  })
})
