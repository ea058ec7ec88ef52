import { describe, expect, test } from 'vitest'
import { serveAnswers } from '../../../test/support/serve-answers.ts'
import {
  AgentGuard,
  AgentGuardApprovalRequiredError,
  AgentGuardDeniedError,
  type AgentGuardOptions,
  guarded
} from '../src/index.ts'
import { json, recordingFetch, silence } from './support/recording-fetch.ts'

/** Defects of version 1.0, each with its own test. */

function guardOf(fetch: typeof globalThis.fetch, options: AgentGuardOptions = {}): AgentGuard {
  return new AgentGuard({ baseUrl: 'http://guard', apiKey: 'key', tenantId: '', fetch, ...options })
}

const tool = async (): Promise<string> => 'ran'

describe('what is no yes', () => {
  test.each(['deny', 'allow', 'Allow', 'MAYBE', ''])(
    'the unknown decision "%s" is a denial, also for who fails open',
    async (decision) => {
      const { fetch } = recordingFetch(json({ decision, reason: 'x' }))
      const guard = guardOf(fetch, { failMode: 'allow' })
      const result = await guard.check('shell')
      expect(result).toMatchObject({ decision: 'DENY', denied: true, allowed: false })
      expect(result.fault).toEqual({ code: 'malformed' })
      expect(result.reason).toContain(JSON.stringify(decision))
      await expect(guarded(guard, 'shell', tool)()).rejects.toThrow(AgentGuardDeniedError)
    }
  )

  test.each([400, 413, 422])(
    'a request that the server refuses as such (%i) is a denial, also for who fails open',
    async (status) => {
      const { fetch } = recordingFetch(json({}, { status }))
      const result = await guardOf(fetch, { failMode: 'allow' }).check('shell')
      expect(result).toMatchObject({
        decision: 'DENY',
        reason: `AgentGuard returned status ${status}`
      })
    }
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'the cost %d, which JSON would make none, is a denial and is not sent',
    async (estCost) => {
      const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
      const guard = guardOf(fetch, { failMode: 'allow' })
      expect((await guard.check('cost', { estCost })).decision).toBe('DENY')
      const actions = [{ scope: 'cost', est_cost: estCost }]
      expect((await guard.check('cost', { actions })).decision).toBe('DENY')
      expect(requests).toEqual([])
    }
  )

  test('what cannot be written as JSON is a denial, also for who fails open', async () => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    const meta = { size: 1n } as never
    const result = await guardOf(fetch, { failMode: 'allow' }).check('shell', { meta })
    expect(result).toMatchObject({ decision: 'DENY', fault: { code: 'request' } })
    expect(requests).toEqual([])
  })

  test('an open failure can be told from a yes', async () => {
    const open = guardOf(recordingFetch(new Error('down')).fetch, { failMode: 'allow' })
    const result = await open.check('shell')
    expect([result.allowed, result.fault]).toEqual([true, { code: 'unreachable' }])
    const yes = await guardOf(recordingFetch(json({ decision: 'ALLOW' })).fetch).check('shell')
    expect([yes.allowed, yes.fault]).toEqual([true, undefined])
    expect(await open.asGate()({ scope: 'shell' })).toMatchObject({
      decision: 'ALLOW',
      matched_rule: 'allow:sdk:unreachable'
    })
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'of %i to somebody who says yes is no yes, also for who fails open',
    async (status) => {
      const elsewhere = await serveAnswers((request, response) => {
        const resolved = { status: 'resolved', decision: 'ALLOW' }
        response.writeHead(200, { 'Content-Type': 'application/json' })
        response.end(JSON.stringify(request.url === '/v1/check/batch' ? {} : resolved))
      })
      const url = await serveAnswers((request, response) => {
        response.writeHead(status, { Location: `${elsewhere}${request.url}` }).end()
      })
      const guard = new AgentGuard({ baseUrl: url, tenantId: '', failMode: 'allow' })
      const fault = { code: 'request', status: 421 }
      expect(await guard.check('shell')).toMatchObject({ decision: 'DENY', fault })
      expect(await guard.checkBatch([{ scope: 'shell' }])).toMatchObject([{ decision: 'DENY' }])
      expect(await guard.approve('ap_1')).toBe(false)
      expect(await guard.deny('ap_1')).toBe(false)
      expect((await guard.waitForApproval('ap_1', 30, 5)).decision).toBe('DENY')
      expect((await guard.wait('ap_1', { timeoutMs: 30 })).decision).toBe('DENY')
      await expect(guard.health()).rejects.toMatchObject({ status: 421 })
    }
  )
})

describe('what an id can do', () => {
  test('it stays within its part of the path', async () => {
    const { fetch, requests } = recordingFetch(json({ status: 'resolved', decision: 'ALLOW' }))
    const guard = guardOf(fetch)
    const id = 'a/../../x?y=1#z'
    await guard.approve(id)
    await guard.deny(id)
    await guard.waitForApproval(id)
    await guard.wait(id)
    const escaped = 'a%2F..%2F..%2Fx%3Fy%3D1%23z'
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(
      ['approve', 'deny', 'status', 'wait'].map((route) => `/v1/${route}/${escaped}`)
    )
  })

  test.each(['', '.', '..'])('"%s", which no path can hold, sends no key anywhere', async (id) => {
    const { fetch, requests } = recordingFetch(json({ status: 'resolved', decision: 'ALLOW' }))
    const guard = guardOf(fetch)
    expect(await guard.approve(id)).toBe(false)
    expect(await guard.deny(id)).toBe(false)
    expect((await guard.waitForApproval(id)).decision).toBe('DENY')
    expect((await guard.wait(id)).decision).toBe('DENY')
    expect(requests).toEqual([])
  })

  test.each(['.', '..'])('the tenant "%s" would be another one, and is refused', (tenantId) => {
    expect(() => new AgentGuard({ tenantId })).toThrow(TypeError)
  })
})

describe('time-outs', () => {
  test('bound a body that never ends', async () => {
    const url = await serveAnswers((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"decision":')
    })
    const guard = new AgentGuard({ baseUrl: url, tenantId: '', timeout: 50 })
    const result = await guard.check('shell')
    expect(result).toMatchObject({ decision: 'DENY', fault: { code: 'unreachable' } })
    expect(result.reason).toMatch(/^AgentGuard unreachable: .*aborted/)
  })

  test('bound a fetch that does not look at its signal', async () => {
    const { fetch } = recordingFetch(silence)
    const guard = guardOf(fetch, { timeout: 20 })
    expect((await guard.check('shell')).decision).toBe('DENY')
    expect(await guard.approve('ap_1')).toBe(false)
    expect(await guard.deny('ap_1')).toBe(false)
    await expect(guard.health()).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('bound waiting for a server that does not answer', async () => {
    const { fetch } = recordingFetch(silence)
    const result = await guardOf(fetch).waitForApproval('ap_1', 30, 5)
    expect(result.reason).toBe('Approval timed out')
    expect((await guardOf(fetch).wait('ap_1', { timeoutMs: 30 })).reason).toBe('Approval timed out')
  })

  test('bound the sleep between two questions', async () => {
    const { fetch, requests } = recordingFetch(() => json({ status: 'pending' }))
    // The test would time out if it slept for the whole interval.
    await guardOf(fetch).waitForApproval('ap_1', 30, 3_600_000)
    // Timers may be a little early.
    expect(requests.length).toBeLessThan(5)
  })
})

describe('waiting for an approval that does not exist', () => {
  test('ends when it is missing three times in a row', async () => {
    const { fetch, requests } = recordingFetch(() => json({}, { status: 404 }))
    const result = await guardOf(fetch).waitForApproval('ap_1', 300_000, 0)
    expect(result).toMatchObject({
      decision: 'DENY',
      reason: 'AgentGuard knows no approval ap_1'
    })
    expect(requests).toHaveLength(3)
  })

  test('ends at once for `wait`', async () => {
    const { fetch, requests } = recordingFetch(() => json({}, { status: 404 }))
    expect((await guardOf(fetch).wait('ap_1')).decision).toBe('DENY')
    expect(requests).toHaveLength(2)
  })
})

describe('guarded', () => {
  test('keeps `this`', async () => {
    const guard = guardOf(recordingFetch(json({ decision: 'ALLOW' })).fetch)
    const object = {
      name: 'it',
      run: guarded(guard, 'shell', async function (this: { name: string }) {
        return this.name
      })
    }
    expect(await object.run()).toBe('it')
  })

  test.each<[string, unknown, string]>([
    ['an object', { path: '/a' }, '{"path":"/a"}'],
    ['an object in a list', ['rm', { path: '/a' }], '["rm",{"path":"/a"}]'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}']
  ])('says what is in %s', async (_, argument, command) => {
    const { fetch, requests } = recordingFetch(json({ decision: 'ALLOW' }))
    await guarded(guardOf(fetch), 'shell', async (_argument: unknown) => {})(argument)
    expect(JSON.parse(String(requests[0]?.init.body))).toMatchObject({ command })
  })

  test('does not wait for an approval without an id', async () => {
    const { fetch } = recordingFetch(json({ decision: 'REQUIRE_APPROVAL' }))
    const run = guarded(guardOf(fetch), 'shell', tool, { waitForApproval: true })
    await expect(run()).rejects.toThrow(AgentGuardApprovalRequiredError)
  })

  test('uses a yes up before it runs, if it is told to', async () => {
    const asked = json({ decision: 'REQUIRE_APPROVAL', approval_id: 'ap_1' })
    const said = json({ status: 'resolved', decision: 'ALLOW' })
    const used = json({ decision: 'ALLOW' })
    const gone = json({ decision: 'REQUIRE_APPROVAL', approval_id: 'ap_2' })
    const options = { waitForApproval: true, consumeApproval: true }
    const { fetch, requests } = recordingFetch(asked, said, used)
    expect(await guarded(guardOf(fetch), 'shell', tool, options)()).toBe('ran')
    expect(JSON.parse(String(requests[2]?.init.body))).toMatchObject({ approval_id: 'ap_1' })
    const late = recordingFetch(asked, said, gone).fetch
    await expect(guarded(guardOf(late), 'shell', tool, options)()).rejects.toThrow(
      AgentGuardDeniedError
    )
  })

  test('does not run with a yes that could not be used up, also for who fails open', async () => {
    const asked = json({ decision: 'REQUIRE_APPROVAL', approval_id: 'ap_1' })
    const said = json({ status: 'resolved', decision: 'ALLOW' })
    const guard = guardOf(recordingFetch(asked, said, new Error('down')).fetch, {
      failMode: 'allow'
    })
    const options = { waitForApproval: true, consumeApproval: true }
    await expect(guarded(guard, 'shell', tool, options)()).rejects.toThrow(AgentGuardDeniedError)
  })
})
