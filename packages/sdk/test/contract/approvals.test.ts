import { afterEach, describe, expect, test, vi } from 'vitest'
import { AgentGuard, AgentGuardAuthError, type AgentGuardOptions } from '../../src/index.ts'
import { json, recordingFetch } from '../support/recording-fetch.ts'

function guardOf(fetch: typeof globalThis.fetch, options: AgentGuardOptions = {}): AgentGuard {
  return new AgentGuard({ baseUrl: 'http://guard', apiKey: 'key', tenantId: '', fetch, ...options })
}

const pending = (): Response => json({ id: 'ap_1', status: 'pending' })
const resolved = (decision: string, more: object = {}): Response =>
  json({ id: 'ap_1', status: 'resolved', decision, ...more })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('approve and deny', () => {
  test.each(['approve', 'deny'] as const)('%s posts with the key and no body', async (route) => {
    const { fetch, requests } = recordingFetch(json({}))
    expect(await guardOf(fetch)[route]('ap_1')).toBe(true)
    expect(requests[0]?.url).toBe(`http://guard/v1/${route}/ap_1`)
    expect(requests[0]?.init).toMatchObject({
      method: 'POST',
      headers: { Authorization: 'Bearer key' }
    })
    expect(requests[0]?.init).not.toHaveProperty('body')
  })

  test('send no header without a key', async () => {
    const { fetch, requests } = recordingFetch(json({}))
    await guardOf(fetch, { apiKey: '', tenantId: 'acme' }).approve('ap_1')
    expect(requests[0]?.init.headers).toEqual({})
    expect(requests[0]?.url).toBe('http://guard/v1/t/acme/approve/ap_1')
  })

  test('are false for all else', async () => {
    expect(await guardOf(recordingFetch(json({}, { status: 404 })).fetch).deny('ap_1')).toBe(false)
    expect(await guardOf(recordingFetch(new Error('down')).fetch).approve('ap_1')).toBe(false)
  })
})

describe('waitForApproval', () => {
  test('asks at once, with the key, and resolves to the answer', async () => {
    const { fetch, requests } = recordingFetch(resolved('ALLOW'))
    const result = await guardOf(fetch).waitForApproval('ap_1')
    expect(JSON.parse(JSON.stringify(result))).toEqual({ decision: 'ALLOW', reason: 'resolved' })
    expect(requests).toHaveLength(1)
    expect(requests[0]?.url).toBe('http://guard/v1/status/ap_1')
    expect(requests[0]?.init.method).toBeUndefined()
    expect(requests[0]?.init.headers).toEqual({ Authorization: 'Bearer key' })
  })

  test('has the reason of the answer', async () => {
    const { fetch } = recordingFetch(resolved('DENY', { reason: 'human denied' }))
    expect((await guardOf(fetch).waitForApproval('ap_1')).reason).toBe('human denied')
  })

  test.each([401, 403])('throws at once when the key is refused with %i', async (status) => {
    const { fetch, requests } = recordingFetch(json({}, { status }))
    const waiting = guardOf(fetch).waitForApproval('ap_1')
    await expect(waiting).rejects.toThrow(AgentGuardAuthError)
    await expect(waiting).rejects.toMatchObject({
      status,
      message: `AgentGuard rejected status poll for ap_1 with HTTP ${status} (check apiKey)`
    })
    expect(requests).toHaveLength(1)
  })

  test('goes on after all else', async () => {
    const { fetch, requests } = recordingFetch(
      pending(),
      json({}, { status: 404 }),
      json({}, { status: 409 }),
      json({}, { status: 500 }),
      new Error('down'),
      new Response('no JSON'),
      resolved('PERHAPS'),
      resolved('ALLOW')
    )
    expect((await guardOf(fetch).waitForApproval('ap_1', 60_000, 0)).decision).toBe('ALLOW')
    expect(requests).toHaveLength(8)
  })

  test('is a denial with a text of its own when the time is over', async () => {
    const { fetch } = recordingFetch(pending)
    const result = await guardOf(fetch).waitForApproval('ap_1', 20, 5)
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      decision: 'DENY',
      reason: 'Approval timed out'
    })
  })

  test('sleeps by the global setTimeout, about as long as it was told', async () => {
    const sleeps: number[] = []
    const setTimeout = globalThis.setTimeout
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
      sleeps.push(ms)
      return setTimeout(run, 0)
    }) as never)
    const answers = Array.from({ length: 20 }, () => pending)
    const { fetch } = recordingFetch(...answers, resolved('ALLOW'))
    await guardOf(fetch).waitForApproval('ap_1', 300_000, 2000)
    expect(sleeps).toHaveLength(20)
    expect(Math.min(...sleeps)).toBeGreaterThanOrEqual(1600)
    expect(Math.max(...sleeps)).toBeLessThanOrEqual(2400)
    expect(new Set(sleeps).size).toBeGreaterThan(1)
  })
})
