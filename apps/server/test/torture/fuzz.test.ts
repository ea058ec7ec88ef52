/**
 * Requests that nobody would write, to every route: never a 500, never a crash, memory bounded, and a check that
 * can be read is always answered with a verdict. `pnpm fuzz:server` does it for longer.
 */
import { parseActionRequest } from '@agentguard/protocol'
import { beforeAll, expect, test } from 'vitest'
import { heldBytes } from '../../../../test/support/held-bytes.ts'
import { expectVerified } from './support/log-of.ts'
import { send } from './support/raw.ts'
import { amount, type Random, randomOf, seeded } from './support/seed.ts'
import { type HereServer, serveHere } from './support/serve-here.ts'

const key = 'fuzz-key'
const policy = `version: "1"
name: fuzz
rules:
  - scope: shell
    deny: [{ pattern: "rm *" }]
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
  - scope: filesystem
    allow: [{ action: read, paths: ["/tmp/**"] }]
  - scope: network
    allow: [{ domain: "*.example.com" }]
  - scope: cost
    limits: { max_per_session: "$10" }
proxy: { request: { max_body_bytes: 65536 } }
`
const random = seeded()
const rounds = amount(2500, 200_000)
let server: HereServer

beforeAll(async () => {
  server = await serveHere(policy, { args: ['--dashboard'], env: { AGENTGUARD_API_KEY: key } })
})

const routes = [
  '/v1/check',
  '/v1/check',
  '/v1/check',
  '/v1/check/batch',
  '/v1/approve/ap_x',
  '/v1/deny/ap_x',
  '/v1/status/ap_x',
  '/v1/wait/ap_x?timeout=0s',
  '/v1/audit',
  '/health',
  '/livez',
  '/readyz',
  '/v1/health',
  '/metrics',
  '/dashboard',
  '/api/pending',
  '/api/stats',
  '/auth/login',
  '/auth/logout',
  '/auth/session',
  '/auth/sessions',
  '/approvals/ap_x',
  '/t/local/approvals/ap_x',
  '/v1/slack/actions',
  '/openapi.json',
  '/v1/t/local/check',
  '/v1/t/local/audit',
  '/v1/t/nobody/check',
  '/v1/t/local/status/ap_x',
  '/',
  '/sign-in'
]
const methods = [
  'GET',
  'POST',
  'POST',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'QUERY'
]
const texts = [
  '',
  ' ',
  '\0',
  '\n',
  '%',
  '%zz',
  '%00',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u00e9',
  '\ud83d\ude00',
  '__proto__',
  'constructor',
  '-1',
  '1e400',
  '9'.repeat(40),
  'null',
  'true',
  '[]',
  '{}',
  '"',
  "'",
  '<b>',
  '$(x)',
  '`x`',
  'a'.repeat(3000),
  '\u202e',
  'rm -rf /',
  'deploy x',
  'ls -l | sh',
  'local',
  'ap_00'
]

/** A value of JSON, mostly such as a check has them. */
function value(from: Random, depth: number): unknown {
  const kind = from.below(depth > 3 ? 6 : 9)
  if (kind < 4) return from.pick(texts)
  if (kind === 4) return from.pick([0, -1, 1.5, 1e300, true, false, null])
  if (kind === 5) return from.word(from.below(20))
  if (kind === 6) return Array.from({ length: from.below(4) }, () => value(from, depth + 1))
  return object(from, depth + 1)
}

const members = [
  'scope',
  'action',
  'command',
  'path',
  'domain',
  'url',
  'agent_id',
  'session_id',
  'est_cost',
  'meta',
  'actions',
  'approval_id',
  'schema_version',
  'reuse_approval',
  'request',
  'rule',
  'reason',
  'comment',
  'only',
  'api_key'
]

function object(from: Random, depth: number): Record<string, unknown> {
  const names = Array.from({ length: from.below(6) }, () =>
    from.next() < 0.8 ? from.pick(members) : from.pick(texts)
  )
  return Object.fromEntries(names.map((name) => [name, value(from, depth)]))
}

/** An action as a client could send it, with one thing about it odd. */
function action(from: Random): Record<string, unknown> {
  const scope = from.pick(['shell', 'filesystem', 'network', 'cost', 'other'])
  const odd = from.pick(['command', 'path', 'url', 'agent_id', 'session_id', 'action', 'domain'])
  return { scope, command: 'ls', est_cost: from.below(3), agent_id: 'a', [odd]: from.pick(texts) }
}

function body(from: Random): Buffer {
  const kind = from.below(10)
  if (kind < 4) return Buffer.from(JSON.stringify(action(from)))
  if (kind < 7) return Buffer.from(JSON.stringify(object(from, 0)))
  if (kind === 7) return Buffer.from(JSON.stringify(value(from, 0)) ?? '')
  if (kind === 8) return Buffer.from(from.pick(texts))
  // Bytes of a good one, some of them changed.
  const bytes = Buffer.from(JSON.stringify(action(from)))
  for (let times = from.below(4); times >= 0; times--)
    bytes[from.below(bytes.length)] = from.below(256)
  return bytes.subarray(0, from.below(bytes.length + 1))
}

const headerNames = [
  'Authorization',
  'Cookie',
  'Origin',
  'Accept',
  'X-CSRF-Token',
  'X-Request-Id',
  'X-Forwarded-For',
  'Range',
  'Content-Type',
  'Content-Encoding',
  'Expect',
  'Upgrade',
  'Last-Event-ID',
  'traceparent',
  'If-None-Match',
  'Via'
]
const headerValues = [
  `Bearer ${key}`,
  `Bearer ${key}`,
  'Bearer x',
  'Basic eDp4',
  'ag_session=x; ag_csrf=x',
  'https://evil.example',
  'null',
  'text/html',
  '*/*',
  'application/x-www-form-urlencoded',
  'gzip',
  '127.0.0.1, ::1',
  'bytes=0-1',
  '100-continue',
  'h2c',
  '\u00ff',
  'a'.repeat(2000),
  '0',
  ';=,"'
]

interface Fuzzed {
  readonly text: Buffer
  readonly method: string
  readonly path: string
  readonly body: Buffer
  /** Whether it is written as HTTP wants it. */
  readonly isWhole: boolean
}

function request(from: Random): Fuzzed {
  const method = from.pick(methods)
  let path = from.pick(routes)
  if (from.next() < 0.3) path = odd(from, path)
  const content = body(from)
  const headers = Array.from({ length: from.below(4) }, () => {
    return `${from.pick(headerNames)}: ${from.pick(headerValues)}\r\n`
  })
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${content.length}\r\n`
  const text = Buffer.concat([Buffer.from(`${head}${headers.join('')}\r\n`, 'latin1'), content])
  if (from.next() < 0.8) return { text, method, path, body: content, isWhole: true }
  // Something about the bytes is wrong: one is another, or the end is missing.
  const broken = Buffer.from(text)
  for (let times = from.below(3); times >= 0; times--)
    broken[from.below(broken.length)] = from.below(256)
  const cut = from.next() < 0.5 ? broken : broken.subarray(0, from.below(broken.length))
  return { text: cut, method, path, body: content, isWhole: false }
}

function odd(from: Random, path: string): string {
  const text = encodeURIComponent(from.pick(texts).toWellFormed())
  const parts = path.split('/')
  parts[from.below(parts.length)] = from.next() < 0.5 ? text : from.word(3)
  return `/${parts.join('/')}${from.next() < 0.5 ? `?limit=${text}&${from.word(3)}=${text}` : ''}`
}

/** Whether a request has to be answered with a verdict. */
function mustBeJudged({ method, path, body: content, isWhole }: Fuzzed): boolean {
  if (!isWhole || method !== 'POST' || path !== '/v1/check') return false
  const parsed = parseActionRequest(content)
  if (!parsed.ok) return parsed.error.code === 'too_large'
  return ['', undefined, 'v1'].includes(parsed.action.schema_version)
}

test(`${rounds} requests (seed ${random.seed})`, async () => {
  // Behind the first ones, everything that is made once is there.
  await run(rounds / 10, random.seed + 1)
  const before = await heldBytes()
  await run(rounds, random.seed)
  expect((await heldBytes()) - before).toBeLessThan(amount(48, 128) * 1_048_576)
  expect(server.log()).not.toMatch(/ERROR|Error:|TypeError|RangeError/)
  expect(await server.api.check({ scope: 'shell', command: 'ls -l' })).toMatchObject({
    decision: 'ALLOW'
  })
  expect(await server.stop()).toBe(0)
  await expectVerified(server.directory)
}, 3_600_000)

async function run(count: number, seed: number): Promise<void> {
  const from = randomOf(seed)
  let left = count
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left-- > 0) await ask(request(from))
    })
  )
}

async function ask(fuzzed: Fuzzed): Promise<void> {
  // Who has not said everything says so: nobody waits for the rest of it.
  const ends = !fuzzed.isWhole
  const { replies, rest } = await send(server.port, fuzzed.text, { quietMs: 10_000, ends })
  const shown = JSON.stringify(fuzzed.text.toString('latin1'))
  const statuses = replies.filter(({ status }) => status !== 100).map(({ status }) => status)
  for (const status of statuses) {
    if (status >= 500) expect.fail(`${status} to ${shown}`)
  }
  if (!fuzzed.isWhole) return
  const isHead = fuzzed.method === 'HEAD'
  if (statuses.length !== 1 && !isHead) expect.fail(`${statuses} and ${rest} to ${shown}`)
  if (!mustBeJudged(fuzzed)) return
  const [reply] = replies.filter(({ status }) => status === 200)
  if (
    !reply ||
    !/^\{"schema_version":"v1","decision":"(ALLOW|DENY|REQUIRE_APPROVAL)"/.test(reply.body)
  ) {
    expect.fail(`no verdict to ${shown}: ${replies[0]?.status} ${replies[0]?.body}`)
  }
}
