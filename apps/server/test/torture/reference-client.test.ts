/**
 * What a client does that was written for AgentGuard 1.0, byte for byte as its description has it. It runs
 * unchanged: the TypeScript SDK (`fetch`), the Python SDK (`urllib`, a connection for each call), scripts.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Exchange, type Reply, requestText, send } from './support/raw.ts'
import { type HereServer, serveHere } from './support/serve-here.ts'

const key = 'the-key'
const policy = `version: "1"
name: reference client
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: "no deleting" }]
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "ls *" }]
    rate_limit: { max_requests: 1000000, window: 1m }
  - scope: limited
    allow: [{ pattern: "*" }]
    rate_limit: { max_requests: 1, window: 90s }
  - scope: cost
    limits: { max_per_action: "$5", max_per_session: "$6", alert_threshold: "$4" }
`
let server: HereServer

beforeAll(async () => {
  server = await serveHere(policy, { args: ['--dashboard'], env: { AGENTGUARD_API_KEY: key } })
})

const bearer = { Authorization: `Bearer ${key}` }

async function ask(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string
): Promise<Reply> {
  const text = requestText(line, { Connection: 'close', ...headers }, body)
  const { replies, rest } = await send(server.port, text)
  expect([replies.length, rest]).toEqual([1, ''])
  return replies[0] as Reply
}

/** As the Python SDK asks: no credential, no version, a connection for the call alone. */
async function check(action: Readonly<Record<string, unknown>>, tenant = ''): Promise<Reply> {
  const headers = {
    'Accept-Encoding': 'identity',
    'Content-Type': 'application/json',
    'User-Agent': 'Python-urllib/3.12'
  }
  return await ask(`POST /v1${tenant}/check`, headers, JSON.stringify(action))
}

async function verdict(action: Readonly<Record<string, unknown>>): Promise<Record<string, string>> {
  const { status, headers, body } = await check(action)
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
  return JSON.parse(body)
}

const deploy = (name: string) => ({ scope: 'shell', agent_id: 'bot', command: `deploy ${name}` })

async function approvalOf(name: string): Promise<string> {
  return (await verdict(deploy(name)))['approval_id'] ?? ''
}

describe('POST /v1/check', () => {
  test('needs no version, no credential and no kept connection', async () => {
    const { status, headers, body } = await check({
      scope: 'shell',
      agent_id: '',
      command: 'ls -l'
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('connection')).toBe('close')
    expect(body).toMatch(
      /^\{"schema_version":"v1","decision":"ALLOW","reason":"Allowed by shell rule","matched_rule":"allow:shell:ls \*"[^\n]*\}\n$/
    )
    for (const part of ['policy', 'audit', 'total']) {
      expect(headers.get(`x-agentguard-${part}-ms`)).toMatch(/^\d+\.\d{3}$/)
    }
  })

  test('a denial is an answer with the message of the rule', async () => {
    expect(await verdict({ scope: 'shell', command: 'rm -rf /' })).toMatchObject({
      decision: 'DENY',
      reason: 'no deleting',
      matched_rule: 'deny:shell:rm *'
    })
  })

  test('what nobody has ruled on is denied without a rule', async () => {
    const answer = await verdict({ scope: '', agent_id: '' })
    expect(answer).toMatchObject({ decision: 'DENY' })
    expect(answer).not.toHaveProperty('matched_rule')
  })

  test('what the SDKs send for costs and meta is read', async () => {
    const meta = { tool: 'x', transport: 'mcp_gateway' }
    const cost = { scope: 'cost', agent_id: 'bot', session_id: 's', meta: {} }
    expect(await verdict({ ...cost, est_cost: 0.12, meta })).toMatchObject({ decision: 'ALLOW' })
    // TypeScript sends negative numbers, and NaN as null.
    expect(await verdict({ ...cost, est_cost: -1 })).toMatchObject({
      matched_rule: 'deny:cost:negative_value'
    })
    expect((await check({ ...cost, est_cost: null })).status).toBe(200)
    expect(await verdict({ ...cost, est_cost: 5.5 })).toMatchObject({
      matched_rule: 'deny:cost:max_per_action'
    })
    expect(await verdict({ ...cost, est_cost: 4.5 })).toMatchObject({
      decision: 'REQUIRE_APPROVAL',
      matched_rule: 'require_approval:cost:alert_threshold'
    })
  })

  test('who asks too often is told how often they may', async () => {
    const action = { scope: 'limited', command: 'x', agent_id: 'often' }
    expect(await verdict(action)).toMatchObject({ decision: 'ALLOW' })
    expect(await verdict(action)).toMatchObject({
      decision: 'DENY',
      reason: 'rate limit exceeded: 1 requests per 1m30s',
      matched_rule: 'deny:ratelimit:limited'
    })
  })

  test('another version is refused in JSON, a body that is none in text', async () => {
    const { status, body } = await check({ schema_version: 'v2', scope: 'shell' })
    expect([status, body]).toEqual([
      400,
      '{"error":"unsupported schema_version; expected v1","received":"v2"}\n'
    ])
    const empty = await ask('POST /v1/check', {}, '')
    expect([empty.status, empty.headers.get('content-type')]).toEqual([
      400,
      'text/plain; charset=utf-8'
    ])
    expect(empty.body).toBe('Invalid request: EOF\n')
  })

  test('other methods are refused in the words that clients know', async () => {
    const get = await ask('GET /v1/check')
    expect([get.status, get.body, get.headers.has('allow')]).toEqual([
      405,
      'Method not allowed\n',
      false
    ])
    const mirror = await ask('GET /v1/t/local/check')
    expect([mirror.status, mirror.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await ask('HEAD /v1/check')).status).toBe(405)
  })

  test('an answer fits into what clients read of one', async () => {
    const { body } = await check({ scope: 'shell', command: `rm ${'<'.repeat(900_000)}` })
    expect(Buffer.byteLength(body)).toBeLessThan(65_536)
  })
})

describe('tenants', () => {
  test('`local` is the same under its prefix', async () => {
    const { status, body } = await check({ scope: 'shell', command: 'ls -l' }, '/t/local')
    expect([status, JSON.parse(body).decision]).toEqual([200, 'ALLOW'])
  })

  test('one that does not exist is not found, also percent-encoded', async () => {
    for (const tenant of ['nobody', 'weird%2Ftenant', 't%20with%20spaces']) {
      const { status, headers, body } = await check({ scope: 'shell' }, `/t/${tenant}`)
      expect([status, headers.get('content-type'), body]).toEqual([
        404,
        'application/json',
        '{"error":"tenant not found"}\n'
      ])
    }
  })
})

describe('approvals', () => {
  test('asking, polling, approving, replaying: good for one use', async () => {
    const asked = await verdict(deploy('one'))
    const id = asked['approval_id'] ?? ''
    expect(id).toMatch(/^ap_[0-9a-f]{32}$/)
    expect(asked['approval_url']).toMatch(new RegExp(`^http://localhost:\\d+/v1/approve/${id}$`))
    const poll = () => ask(`GET /v1/status/${id}`, bearer)
    expect((await poll()).body).toBe(`{"id":"${id}","status":"pending"}\n`)

    const replay = { ...deploy('one'), approval_id: id }
    expect(await verdict(replay)).toMatchObject({
      decision: 'REQUIRE_APPROVAL',
      matched_rule: 'require_approval:pending',
      reason: `approval ${id} still pending human review`,
      approval_id: id
    })
    // As `fetch` and `urllib` send it: no body, and no type.
    const approved = await ask(`POST /v1/approve/${id}`, bearer, '')
    expect([approved.status, approved.body]).toEqual([200, `{"id":"${id}","status":"approved"}\n`])
    expect((await poll()).body).toBe(`{"decision":"ALLOW","id":"${id}","status":"resolved"}\n`)
    expect(await verdict(replay)).toMatchObject({
      decision: 'ALLOW',
      matched_rule: 'allow:approved',
      reason: `approval ${id} resolved ALLOW by human`,
      approval_id: id
    })
    // Who polls does not see its use.
    expect((await poll()).body).toContain('"decision":"ALLOW"')
    const again = await verdict(replay)
    expect(again['decision']).toBe('REQUIRE_APPROVAL')
    expect(again['approval_id']).not.toBe(id)
  })

  test('a yes stands: the same is fine, the opposite is a conflict', async () => {
    const id = await approvalOf('two')
    for (let times = 0; times < 2; times++) {
      expect((await ask(`POST /v1/approve/${id}`, bearer)).status).toBe(200)
    }
    const opposite = await ask(`POST /v1/deny/${id}`, bearer)
    expect([opposite.status, opposite.body]).toEqual([
      409,
      `{"error":"already resolved","id":"${id}","status":"approved"}\n`
    ])
  })

  test('a no is replayed as a denial', async () => {
    const id = await approvalOf('three')
    const denied = await ask(`POST /v1/deny/${id}`, { ...bearer, 'Content-Length': '0' })
    expect([denied.status, denied.body]).toEqual([200, `{"id":"${id}","status":"denied"}\n`])
    const status = await ask(`GET /v1/status/${id}`, bearer)
    expect(status.body).toBe(`{"decision":"DENY","id":"${id}","status":"resolved"}\n`)
    expect(await verdict({ ...deploy('three'), approval_id: id })).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:approved'
    })
  })

  test('an id is sent as it is, whatever is in it', async () => {
    for (const id of ['ap_unknown', 'ap_a/b', 'x%2Fy']) {
      expect((await ask(`GET /v1/status/${id}`, bearer)).body).toBe('not found\n')
      const answer = await ask(`POST /v1/approve/${id}`, bearer)
      expect(answer.status).toBe(404)
      expect(answer.body).toMatch(/^pending action .* not found\n$/)
    }
    expect((await ask('POST /v1/approve/', bearer)).body).toBe('missing id\n')
  })

  test('pollers without the key, or with another one, are told so with 401', async () => {
    const id = await approvalOf('four')
    for (const headers of [
      {},
      { Authorization: 'Bearer wrong' },
      { Authorization: `Basic ${key}` }
    ]) {
      const { status, body } = await ask(`GET /v1/status/${id}`, headers)
      expect([status, body]).toEqual([401, 'Unauthorized\n'])
    }
    expect((await ask(`POST /v1/approve/${id}`, {})).status).toBe(401)
    expect((await ask(`GET /v1/approve/${id}`, bearer)).status).toBe(405)
  })

  test('an id of which the other members differ is ignored, and the action judged anew', async () => {
    const id = await approvalOf('five')
    await ask(`POST /v1/approve/${id}`, bearer)
    const other = await verdict({ ...deploy('five  '), approval_id: id })
    expect(other['decision']).toBe('REQUIRE_APPROVAL')
    expect(other['approval_id']).not.toBe(id)
    expect(
      await verdict({ scope: 'shell', command: 'ls -l', approval_id: 'ap_00', agent_id: 'bot' })
    ).toMatchObject({ decision: 'ALLOW' })
  })

  test('what waits is a list, and null where nothing does', async () => {
    const id = await approvalOf('six')
    const { body } = await ask('GET /api/pending', bearer)
    const found = (JSON.parse(body) as Record<string, unknown>[]).find((one) => one['id'] === id)
    expect(found).toMatchObject({
      request: { schema_version: 'v1', scope: 'shell', command: 'deploy six', agent_id: 'bot' },
      result: { decision: 'REQUIRE_APPROVAL' },
      resolved: false,
      resolved_at: '0001-01-01T00:00:00Z'
    })
    expect(found).not.toHaveProperty('tenant_id')
    const empty = await serveHere(policy, { args: ['--dashboard'] })
    expect(await (await fetch(`http://127.0.0.1:${empty.port}/api/pending`)).text()).toBe('null\n')
  })
})

describe('the audit log', () => {
  test('has an entry as soon as its verdict was answered, the oldest first', async () => {
    for (const command of ['ls a', 'ls b'])
      await verdict({ scope: 'shell', command, agent_id: 'audited' })
    const { status, body } = await ask('GET /v1/audit?agent_id=audited', bearer)
    expect(status).toBe(200)
    const entries = JSON.parse(body) as Record<string, Record<string, unknown>>[]
    expect(entries.map(({ request }) => request?.['command'])).toEqual(['ls a', 'ls b'])
    expect(entries[0]).toMatchObject({
      session_id: '',
      agent_id: 'audited',
      request: { schema_version: 'v1', scope: 'shell', command: 'ls a', agent_id: 'audited' },
      result: { schema_version: 'v1', decision: 'ALLOW' },
      transport: 'sdk'
    })
    expect(Number.isInteger(entries[0]?.['duration_ms'])).toBe(true)
    expect(entries[0]).not.toHaveProperty('tenant_id')
  })

  test('is null where nothing fits, and refuses limits that are none', async () => {
    expect((await ask('GET /v1/audit?agent_id=nobody', bearer)).body).toBe('null\n')
    const refused = [
      ['limit=0', 'invalid limit: value 0 below minimum 1\n'],
      ['limit=x', 'invalid limit: not an integer: "x"\n'],
      ['offset=-1', 'invalid offset: value -1 below minimum 0\n']
    ]
    for (const [query, message] of refused) {
      const { status, body } = await ask(`GET /v1/audit?${query}`, bearer)
      expect([status, body]).toEqual([400, message])
    }
    expect((await ask('GET /v1/audit?limit=99999&colour=red', bearer)).status).toBe(200)
  })

  test('takes denials that were made elsewhere, whatever decision is sent', async () => {
    const report = {
      request: { scope: 'mcp_tool', action: 'x', agent_id: 'gateway' },
      rule: 'deny:gateway:fail_closed',
      decision: 'ALLOW'
    }
    const { status, body } = await ask('POST /v1/audit', bearer, JSON.stringify(report))
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({
      schema_version: 'v1',
      decision: 'DENY',
      reason: '',
      matched_rule: 'deny:gateway:fail_closed'
    })
    const none = await ask('POST /v1/audit', bearer, '{"rule":"  "}')
    expect([none.status, none.body]).toEqual([400, 'rule is required\n'])
    expect((await ask('POST /v1/audit', {}, JSON.stringify(report))).status).toBe(401)
  })
})

describe('paths', () => {
  test.each([
    ['GET //v1//audit?limit=1', '/v1/audit?limit=1'],
    ['POST /v1/./check', '/v1/check'],
    ['POST /v1/x/../check', '/v1/check'],
    ['GET /v1/status', '/v1/status/'],
    ['POST /v1/approve', '/v1/approve/']
  ])('%s leads on', async (line, location) => {
    const { status, headers } = await ask(line, bearer)
    expect([status, headers.get('location')]).toEqual([307, location])
  })

  test.each(['/', '/v1/check/', '/v1/audit/', '/v1/t/x/foo', '/v1/t/x/approve', '/favicon.ico'])(
    '%s is not found',
    async (path) => {
      const { status, body } = await ask(`GET ${path}`)
      expect([status, body]).toEqual([404, '404 page not found\n'])
    }
  )

  test('a preflight is answered for any path, and pages of this machine may read', async () => {
    const { status, headers, body } = await ask('OPTIONS /anything', {
      Origin: 'http://localhost:3000'
    })
    expect([status, body]).toEqual([204, ''])
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS')
    expect(headers.get('access-control-allow-headers')).toBe(
      'Content-Type, Authorization, X-CSRF-Token'
    )
    expect(headers.get('vary')).toContain('Origin')
  })
})

test('several requests on one connection are answered in their order', async () => {
  const asked = ['ls 1', 'rm 2', 'ls 3'].map((command) =>
    requestText('POST /v1/check', {}, JSON.stringify({ scope: 'shell', command }))
  )
  const { replies }: Exchange = await send(server.port, asked.join(''))
  expect(replies.map(({ body }) => JSON.parse(body).decision)).toEqual(['ALLOW', 'DENY', 'ALLOW'])
})

test('a body in pieces and one that was announced are read', async () => {
  const body = '{"scope":"shell","command":"ls"}'
  const pieces = [...body].map((one) => `1\r\n${one}\r\n`).join('')
  const chunked = await send(
    server.port,
    `${requestText('POST /v1/check', { 'Transfer-Encoding': 'chunked' })}${pieces}0\r\n\r\n`
  )
  expect(chunked.replies.map(({ status }) => status)).toEqual([200])
  const expecting = requestText('POST /v1/check', { Expect: '100-continue' }, body)
  const announced = await send(server.port, expecting)
  expect(announced.replies.map(({ status }) => status)).toEqual([100, 200])
})

test('live events begin at once, and have the entry of each verdict', async () => {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/stream`, { headers: bearer })
  expect(response.headers.get('Content-Type')).toBe('text/event-stream')
  expect(response.headers.get('X-Accel-Buffering')).toBe('no')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await verdict({ scope: 'shell', command: 'ls live', agent_id: 'live' })
  let text = ''
  while (!text.includes('ls live'))
    text += Buffer.from((await reader.read()).value ?? '').toString()
  const data = /^data: (.*ls live.*)$/m.exec(text)?.[1] ?? ''
  expect(JSON.parse(data)).toMatchObject({
    type: 'check',
    transport: 'sdk',
    request: { command: 'ls live' },
    result: { decision: 'ALLOW' }
  })
  await reader.cancel()
})
