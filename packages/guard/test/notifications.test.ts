import type { Notification } from '@agentguard/notifier'
import { describe, expect, test } from 'vitest'
import { openWorld } from './world.ts'

const rules = `rules:
  - scope: shell
    rate_limit: {max_requests: 3, window: 1m}
    deny: [{pattern: 'rm *'}]
    require_approval: [{pattern: 'git push *'}]
    allow: [{pattern: 'ls *'}]
`
const shell = (command: string) => ({ scope: 'shell', command })

describe('somebody is notified', () => {
  async function watched(): Promise<{
    readonly world: Awaited<ReturnType<typeof openWorld>>
    readonly sent: Notification[]
  }> {
    const sent: Notification[] = []
    const notifier = { notify: (one: Notification) => void sent.push(one) }
    const approvalUrl = (_: string, id: string): string => `http://guard/v1/approve/${id}`
    return { world: await openWorld({ rules, guard: { notifier, approvalUrl } }), sent }
  }

  test('when the policy denies, and not when it allows', async () => {
    const { world, sent } = await watched()
    await world.guard.check(shell('ls x'))
    await world.guard.check(shell('rm x'))
    expect(sent).toEqual([
      {
        type: 'denied',
        timestamp: new Date(world.now).toISOString(),
        request: shell('rm x'),
        result: expect.objectContaining({ decision: 'DENY', matched_rule: 'deny:shell:rm *' })
      }
    ])
  })

  test('when a person is asked, with where to answer, and when one has answered', async () => {
    const { world, sent } = await watched()
    const { approval_id: id = '' } = await world.guard.check(shell('git push x'))
    await world.guard.resolve('local', id, { decision: 'DENY' })
    await world.guard.check({ ...shell('git push x'), approval_id: id })
    expect(
      sent.map(({ type, approval_url, result }) => [type, approval_url, result.decision])
    ).toEqual([
      ['approval_required', `http://guard/v1/approve/${id}`, 'REQUIRE_APPROVAL'],
      ['resolved', undefined, 'DENY']
    ])
  })

  test('of a rate limit as what it is', async () => {
    const { world, sent } = await watched()
    for (let asked = 0; asked < 4; asked++) await world.guard.check(shell('ls x'))
    expect(sent.map(({ type }) => type)).toEqual(['rate_limited'])
  })

  test('and a notifier that throws changes no verdict', async () => {
    const notifier = {
      notify: () => {
        throw new Error('broken')
      }
    }
    const world = await openWorld({ rules, guard: { notifier } })
    expect(await world.guard.check(shell('rm x'))).toMatchObject({
      matched_rule: 'deny:shell:rm *'
    })
    expect(world.errors.map(({ part }) => part)).toEqual(['notifier'])
  })
})
