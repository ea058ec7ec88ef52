import { describe, expect, test } from 'vitest'
import {
  AgentGuard,
  AgentGuardApprovalRequiredError,
  AgentGuardApprovalTimeoutError,
  AgentGuardAuthError,
  AgentGuardDeniedError,
  AgentGuardError,
  guarded
} from '../../src/index.ts'
import {
  type Answer,
  json,
  type RecordingFetch,
  recordingFetch
} from '../support/recording-fetch.ts'

function asking(...answers: Answer[]): {
  guard: AgentGuard
  requests: RecordingFetch['requests']
} {
  const { fetch, requests } = recordingFetch(...answers)
  return { guard: new AgentGuard({ baseUrl: 'http://guard', tenantId: '', fetch }), requests }
}

const allow = (): Response => json({ decision: 'ALLOW' })
const deny = (): Response => json({ decision: 'DENY', reason: 'no' })
const ask = (): Response =>
  json({ decision: 'REQUIRE_APPROVAL', approval_id: 'ap_1', approval_url: 'http://u' })
const answer = (decision: string, reason?: string): Response =>
  json({ status: 'resolved', decision, reason })

const calls: unknown[][] = []
async function tool(...args: unknown[]): Promise<string> {
  calls.push(args)
  return 'ran'
}

async function ran(run: () => Promise<unknown>): Promise<number> {
  calls.length = 0
  await run().catch(() => {})
  return calls.length
}

describe('guarded', () => {
  test('runs what is allowed, with its first argument as the command', async () => {
    const { guard, requests } = asking(allow)
    expect(await guarded(guard, 'shell', tool)('ls', 2)).toBe('ran')
    expect(calls.at(-1)).toEqual(['ls', 2])
    expect(requests[0]?.init.body).toBe('{"scope":"shell","agent_id":"","command":"ls"}')
  })

  test.each([
    [[], '{"scope":"shell","agent_id":""}'],
    [[null], '{"scope":"shell","agent_id":""}'],
    [[7], '{"scope":"shell","agent_id":"","command":"7"}']
  ])('asks about %j as version 1.0 does', async (args, body) => {
    const { guard, requests } = asking(allow)
    await guarded(guard, 'shell', tool)(...args)
    expect(requests[0]?.init.body).toBe(body)
  })

  test('takes a callback in the place of options', async () => {
    const { guard, requests } = asking(allow)
    await guarded(guard, 'filesystem', tool, (path) => ({ path: String(path) }))('/a')
    expect(requests[0]?.init.body).toBe('{"scope":"filesystem","agent_id":"","path":"/a"}')
  })

  test('throws when the action is denied', async () => {
    const run = guarded(asking(deny).guard, 'shell', tool)
    await expect(run('x')).rejects.toThrow(AgentGuardDeniedError)
    await expect(run('x')).rejects.toMatchObject({
      message: 'Action denied by AgentGuard: no',
      result: { decision: 'DENY' }
    })
    expect(await ran(() => run('x'))).toBe(0)
  })

  test('throws when a person is needed and nobody waits', async () => {
    const run = guarded(asking(ask).guard, 'shell', tool)
    await expect(run('x')).rejects.toThrow(AgentGuardApprovalRequiredError)
    await expect(run('x')).rejects.toMatchObject({
      message: 'Action requires approval. Approve at: http://u',
      approvalId: 'ap_1',
      approvalUrl: 'http://u',
      result: { decision: 'REQUIRE_APPROVAL' }
    })
    expect(await ran(() => run('x'))).toBe(0)
  })

  const waiting = { waitForApproval: true, approvalTimeoutMs: 30, approvalPollIntervalMs: 1 }

  test('waits, and runs after a yes, without another question', async () => {
    const { guard, requests } = asking(ask, answer('ALLOW'))
    expect(await guarded(guard, 'shell', tool, waiting)('x')).toBe('ran')
    expect(requests).toHaveLength(2)
  })

  test('throws after a no', async () => {
    const { guard } = asking(ask, answer('DENY', 'human denied'))
    const run = guarded(guard, 'shell', tool, waiting)('x')
    await expect(run).rejects.toThrow(AgentGuardDeniedError)
    await expect(run).rejects.toThrow('Action denied by AgentGuard: human denied')
  })

  test('throws when the time is over', async () => {
    const { guard } = asking(ask, json({ status: 'pending' }))
    const run = guarded(guard, 'shell', tool, waiting)('x')
    await expect(run).rejects.toThrow(AgentGuardApprovalTimeoutError)
    await expect(run).rejects.toMatchObject({
      message: 'Approval for ap_1 timed out after 30ms',
      approvalId: 'ap_1',
      result: { decision: 'DENY' }
    })
  })

  test('passes on that the key was refused', async () => {
    const { guard } = asking(ask, json({}, { status: 401 }))
    await expect(guarded(guard, 'shell', tool, waiting)('x')).rejects.toThrow(AgentGuardAuthError)
  })

  test('refuses options that do not exist, at once', () => {
    const wrap = (): unknown =>
      guarded(asking(allow).guard, 'shell', tool, { waitForAproval: true } as never)
    expect(wrap).toThrow(TypeError)
    expect(wrap).toThrow(/^guarded\(\): unknown option \["waitForAproval"\]\. Valid options: \[/)
  })
})

describe('the errors', () => {
  test('are what version 1.0 has', () => {
    const errors = [
      new AgentGuardError('m'),
      new AgentGuardDeniedError('m'),
      new AgentGuardApprovalRequiredError('m'),
      new AgentGuardApprovalTimeoutError('m'),
      new AgentGuardAuthError('m', 401)
    ]
    for (const error of errors) {
      expect(error).toBeInstanceOf(AgentGuardError)
      expect(error).toBeInstanceOf(Error)
      expect(error.name).toBe(error.constructor.name)
      expect(error.message).toBe('m')
    }
    expect(errors[2]).toMatchObject({ approvalId: '', approvalUrl: '' })
    expect(errors[3]).toMatchObject({ approvalId: '' })
    expect(errors[4]).toMatchObject({ status: 401 })
  })
})
