/** What must not be told, and what must not be believed (performance.md D38, D40, D42). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { entriesOf } from './support/log-of.ts'
import { requestText, send } from './support/raw.ts'
import { amount, seeded } from './support/seed.ts'
import { type HereServer, serveHere } from './support/serve-here.ts'

const key = 'op-k3y-0123456789abcdef0123456789abcdef'
const policy = `version: "1"
name: secrets
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
notifications:
  approval_required: [{ type: log, level: info }, { type: console }]
  on_deny: [{ type: log, level: warn }]
`
const random = seeded()
const bearer = { Authorization: `Bearer ${key}` }
let server: HereServer

beforeAll(async () => {
  server = await serveHere(policy, {
    args: ['--dashboard', '--access-log'],
    env: { AGENTGUARD_API_KEY: key }
  })
})

/** Secrets as agents have them, each once. */
function plant(): { readonly text: string; readonly secret: string } {
  const word = (length: number) => random.word(length)
  const upper = (length: number) => word(length).toUpperCase()
  const makes: ((secret: string) => [string, string])[] = [
    () => [`ghp_${word(36)}`, ''],
    () => [`AKIA${upper(16)}`, ''],
    () => [`sk-${word(40)}`, ''],
    () => [`xoxb-${word(30)}`, ''],
    () => [`github_pat_${word(60)}`, ''],
    () => {
      const secret = word(24)
      return [`password=${secret}`, secret]
    },
    () => {
      const secret = word(24)
      return [`Authorization: Bearer ${secret}`, secret]
    },
    () => {
      const secret = word(24)
      return [`https://user:${secret}@example.com/`, secret]
    },
    () => {
      const secret = word(24)
      return [`--api-key ${secret}`, secret]
    }
  ]
  const [text, secret] = random.pick(makes)('')
  return { text, secret: secret === '' ? text : secret }
}

/** What agents ask, with secrets wherever they write something. */
function actionsWith(planted: () => string, hidden: () => string): Record<string, unknown>[] {
  return [
    { scope: 'shell', command: `curl -H "${planted()}" x` },
    { scope: 'shell', command: `deploy ${planted()}`, agent_id: planted() },
    { scope: 'shell', command: 'x', meta: { arg: planted(), url: `u ${planted()}` } },
    { scope: 'shell', command: 'x', meta: { password: hidden(), [planted()]: 'x' } },
    { scope: 'network', url: `https://a.example/?token=${hidden()}`, session_id: planted() },
    { scope: planted(), action: planted(), meta: { transport: planted() } },
    { scope: 'shell', command: 'x', actions: [{ scope: planted(), path: planted() }] },
    { scope: 'shell', command: 'x', approval_id: planted() }
  ]
}

/** Everything that live events say, until it is asked for. */
async function listen(port: number): Promise<() => Promise<string>> {
  const stream = await fetch(`http://127.0.0.1:${port}/api/stream`, { headers: bearer })
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
  let events = ''
  const listening = (async () => {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      events += Buffer.from(value).toString()
    }
  })()
  return async () => {
    await reader.cancel()
    await listening
    return events
  }
}

/** Sends a request of its own; the body of its answer. */
async function answerTo(
  line: string,
  headers: Record<string, string>,
  body?: string
): Promise<string> {
  const text = requestText(line, { Connection: 'close', ...headers }, body)
  const { replies } = await send(server.port, text, { quietMs: 3000 })
  expect(replies).toHaveLength(1)
  return replies[0]?.body ?? ''
}

describe('D42: secrets', () => {
  test(`that agents send are nowhere: not in files, answers, events, metrics or the log (seed ${random.seed})`, async () => {
    const secrets: string[] = []
    const planted = (): string => {
      const { text, secret } = plant()
      secrets.push(secret)
      return text
    }
    const hidden = (): string => {
      const secret = random.word(24)
      secrets.push(secret)
      return secret
    }
    const heard = await listen(server.port)
    const answers: string[] = []
    while (secrets.length < amount(150, 1500)) {
      for (const action of actionsWith(planted, hidden)) {
        // Credentials of the caller go nowhere at all.
        const own = hidden()
        const headers = {
          Cookie: `ag_session=${own}`,
          'X-CSRF-Token': own,
          'X-Request-Id': planted()
        }
        const line = `POST /v1/check?key=${own}`
        answers.push(await answerTo(line, headers, JSON.stringify(action)))
      }
    }
    const wrong = { Authorization: `Bearer ${hidden()}` }
    secrets.push(key)
    for (const path of ['/v1/audit', `/v1/status/x?a=${hidden()}`, '/api/pending']) {
      answers.push(await answerTo(`GET ${path}`, wrong))
    }
    for (const path of [
      '/v1/audit?limit=1000',
      '/api/pending',
      '/metrics',
      '/v1/health',
      '/api/stats'
    ]) {
      answers.push(await answerTo(`GET ${path}`, bearer))
    }
    const places: [string, string][] = [
      ['answers', answers.join('\n')],
      ['events', await heard()],
      ['log', server.log()],
      ...(await filesOf(server.directory))
    ]
    const found = places.flatMap(([place, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`)
    )
    expect(found).toEqual([])
  })
})

/** Files that are kept. What waits for a person is kept as it was asked, for it will be compared. */
async function filesOf(directory: string): Promise<[string, string][]> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('agentguard.db'))
  return await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      return [name, await readFile(join(directory, name), 'latin1')]
    })
  )
}

describe('D40: text of agents', () => {
  const evil = [
    'a\nb',
    'a\r\n2026/11/22 09:08:07 AgentGuard v9.9.9 listening on :1',
    '\u001b[2J\u001b[31mred',
    '\u2028\u2029',
    '<script>alert(1)</script>',
    '"},{"forged":true',
    '=cmd|calc!A1',
    '\u202egnp.exe',
    '\0\x07\x08\x7f'
  ]

  test('makes no lines, no markup and no commands for terminals', async () => {
    const lines = server.log().split('\n').length
    let asked = 0
    for (const text of evil) {
      for (const member of [
        'command',
        'agent_id',
        'session_id',
        'scope',
        'action',
        'path',
        'url'
      ]) {
        const action = {
          scope: 'shell',
          command: 'deploy',
          [member]: text,
          meta: { transport: text }
        }
        const response = await fetch(`http://127.0.0.1:${server.port}/v1/check`, {
          method: 'POST',
          body: JSON.stringify(action)
        })
        const body = await response.text()
        expect(response.status).toBe(200)
        expect(body).not.toMatch(/[<>\u2028\u2029]/)
        expect(body.split('\n')).toHaveLength(2)
        asked++
      }
    }
    const log = server.log()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u2028\u2029\u202e]/)
    expect(log).not.toContain('\n2026/11/22 09:08:07 AgentGuard v9.9.9')
    // The access log, and at most two notifications of each.
    expect(log.split('\n').length - lines).toBeLessThanOrEqual(4 * asked)
    const entries = await entriesOf(server.directory)
    expect(entries.length).toBeGreaterThanOrEqual(asked)
    const page = await fetch(`http://127.0.0.1:${server.port}/v1/audit?limit=1000`, {
      headers: bearer
    })
    expect(await page.text()).not.toContain('<script>')
  })

  test('in paths and headers makes none either', async () => {
    for (const target of ['/%0a%0d', '/v1/status/%1b%5b2J', '/%3Cscript%3E', '/v1/t/%0a/check']) {
      const { replies } = await send(
        server.port,
        requestText(`GET ${target}`, { Connection: 'close' })
      )
      expect(replies[0]?.body ?? '').not.toContain('<script>')
      expect(replies[0]?.status).toBeLessThan(500)
    }
    const forged = { 'X-Request-Id': 'a b;c\td', Connection: 'close' }
    const { replies } = await send(server.port, requestText('GET /health', forged))
    expect(replies[0]?.headers.get('x-request-id') ?? '').not.toContain('a b')
  })
})

describe('D38: who may, and who may not', () => {
  test('ids of approvals cannot be guessed: 128 bits, none alike', async () => {
    const ids = new Set<string>()
    for (let at = 0; at < 50; at++) {
      const { approval_id = '' } = await server.api.check({
        scope: 'shell',
        command: `deploy ${at}`,
        agent_id: `guess-${at}`
      })
      expect(approval_id).toMatch(/^ap_[0-9a-f]{32}$/)
      ids.add(approval_id)
    }
    expect(ids.size).toBe(50)
    // Each of the 32 places has many digits: nothing of an id is a counter or a clock.
    for (let at = 3; at < 35; at++) {
      expect(new Set([...ids].map((id) => id[at])).size).toBeGreaterThan(6)
    }
  })

  test('a tenant in a header is not believed', async () => {
    const headers = {
      'X-Tenant': 'other',
      'X-AgentGuard-Tenant': 'other',
      'X-Forwarded-Host': 'other'
    }
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/check`, {
      method: 'POST',
      headers,
      body: '{"scope":"shell","command":"tenant-test"}'
    })
    expect(await response.json()).toMatchObject({ decision: 'ALLOW' })
    const entries = await entriesOf(server.directory)
    const entry = entries.find(({ request }) => request.command === 'tenant-test')
    expect(entry?.tenant_id).toBeUndefined()
  })

  test('without a key, pages of other sites and other names reach nothing that changes something', async () => {
    const open = await serveHere(policy, { args: ['--dashboard'] })
    const { approval_id: id } = await open.api.check({ scope: 'shell', command: 'deploy it' })
    const foreign: Record<string, string>[] = [
      { Host: 'evil.example' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    ]
    for (const headers of foreign) {
      const text = requestText(`POST /v1/approve/${id}`, { Connection: 'close', ...headers }, '')
      expect((await send(open.port, text)).replies[0]?.status).toBe(403)
    }
    const pending = requestText('GET /api/pending', { Host: 'evil.example', Connection: 'close' })
    expect((await send(open.port, pending)).replies[0]?.status).toBe(403)
    expect(await open.api.get('/api/pending')).toMatchObject([{ id }])
  })
})
