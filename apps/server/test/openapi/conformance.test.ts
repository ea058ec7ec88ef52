import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createDocument } from '../../src/openapi/create-document.ts'
import { methods, type OtherMethods, type Response } from '../../src/openapi/document.ts'
import { type Described, operationsOf, resolve } from '../../src/openapi/operations.ts'
import { createOpened } from '../../src/serve/opened.ts'
import { exchange } from '../support/exchange.ts'
import { type Cases, commonCases } from './common-cases.ts'
import { createFindProblems, fill } from './described.ts'
import { ownCases } from './own-cases.ts'
import { type Asked, asKey, asNobody, routeOf, type Servers } from './route.ts'
import { type Received, send } from './send.ts'
import { type Server, type ServerOptions, startServer } from './servers.ts'

const document = createDocument()
const formType = 'application/x-www-form-urlencoded'
const operations = operationsOf(document)
const findProblems = createFindProblems(document)

/** The application of the server that was started last. */
const mounted = vi.hoisted(() => ({ app: undefined as Hono | undefined }))
vi.mock('../../src/http/create-app.ts', async (original) => {
  const actual = await original<typeof import('../../src/http/create-app.ts')>()
  return {
    ...actual,
    createApp(deps: Parameters<typeof actual.createApp>[0]) {
      const app = actual.createApp(deps)
      mounted.app = app as unknown as Hono
      return app
    }
  }
})

const opened = createOpened()
let servers: Servers

beforeAll(async () => {
  const store = ['--audit-backend', 'store']
  const [main, open, crowded, hurried, broken, brokenOpen, guessed] = await Promise.all([
    start(),
    start({ key: null }),
    start({ limits: { maxInFlight: 0, maxWaiting: 0 } }),
    start({ limits: { peerRate: 1 } }),
    start({ args: store }),
    start({ args: store, key: null }),
    start()
  ])
  servers = { main, open, crowded, hurried, broken, brokenOpen, guessed }
  await breakIt(brokenOpen, ['approval_records'])
  await breakIt(broken, [
    'approval_records',
    'access_sessions',
    'access_credentials',
    'audit_lines'
  ])
})
afterAll(() => opened.close())

async function start(options?: ServerOptions): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  return startServer(directory, opened, options)
}

async function breakIt({ database, port }: Server, tables: readonly string[]): Promise<void> {
  for (const table of tables) database.exec(`drop table ${table}`)
  // That the log is broken is found out when something is to be written.
  const body = '{"scope":"shell","command":"ls x"}'
  await send(port, { method: 'POST', path: '/v1/check', body })
}

function nameOf({ operationId }: Described['operation']): string {
  return operationId.replace(/OfTenant$/, '')
}

function casesOf(described: Described): Cases {
  const { operation } = described
  const { ordinary = () => ({}), own = {}, without = [] } = ownCases[nameOf(operation)] ?? {}
  const common = commonCases(described, ordinary)
  const statuses = Object.keys(operation.responses).map(Number)
  return Object.fromEntries(
    statuses.map((status) => {
      const shared = without.includes(status) ? [] : (common[status] ?? [])
      return [status, [...(own[status] ?? []), ...shared]]
    })
  )
}

function problemsOf(answer: Received, { responses }: Described['operation']): readonly string[] {
  const response = responses[answer.status]
  if (!response) return [`${answer.status} is not in the document: ${answer.body.slice(-200)}`]
  return findProblems(answer, response)
}

describe('the running server, compared with its document', () => {
  const rows = operations.flatMap((described) =>
    Object.entries(casesOf(described)).map(([status, cases]) => ({
      line: `${described.method.toUpperCase()} ${described.path}`,
      status,
      cases,
      described
    }))
  )

  test.each(rows)('answers $line with $status', async ({ cases, status, described }) => {
    const route = routeOf(described, servers)
    expect(cases.length, 'no case').toBeGreaterThan(0)
    const types = new Set<string>()
    for (const one of cases) {
      const answer = await one(route)
      expect(answer.status, answer.body.slice(-200)).toBe(Number(status))
      expect(problemsOf(answer, described.operation)).toEqual([])
      types.add(answer.headers.get('content-type') ?? '')
    }
    const response = described.operation.responses[status]
    const { content = { '': {} } } = response ? resolve<Response>(document, response) : {}
    expect([...types].sort(), 'types of bodies').toEqual(Object.keys(content).sort())
  })

  test('has no case for what the document does not list', () => {
    const lost = Object.keys(ownCases).flatMap((name) => {
      const alike = operations.filter(({ operation }) => nameOf(operation) === name)
      const listed = new Set(alike.flatMap(({ operation }) => Object.keys(operation.responses)))
      const own = Object.keys(ownCases[name]?.own ?? {})
      return own.filter((status) => !listed.has(status)).map((status) => `${name} ${status}`)
    })
    expect(lost).toEqual([])
  })

  test('has exactly the paths of the document', () => {
    const routes = (mounted.app?.routes ?? []).filter(({ path }) => path !== '/*')
    const paths = new Set(routes.map(({ path }) => templateOf(path)))
    const redirects = Object.keys(document['x-agentguard-redirects'])
    expect([...paths].sort()).toEqual([...Object.keys(document.paths), ...redirects].sort())
    const bound = routes.filter(({ method }) => method !== 'ALL')
    const undescribed = bound.filter(
      ({ method, path }) =>
        !operations.some(
          (one) => one.path === templateOf(path) && one.method === method.toLowerCase()
        )
    )
    expect(undescribed).toEqual([])
  })

  const others = Object.entries(document.paths).flatMap(([path, item]) =>
    ['GET', 'POST', 'PUT', 'DELETE']
      .filter((method) => !methods.some((one) => one === method.toLowerCase() && one in item))
      .map((method) => ({ method, path, other: item['x-agentguard-other-methods'] }))
  )
  test.each(others)('answers $method $path as it does other methods', async (row) => {
    const { method, path, other } = row
    const answer = await ask(method, path)
    if (other.status !== undefined) return expectOther(answer, other)
    const listed = operations.find((one) => one.path === path && one.method === 'get')
    expect(problemsOf(answer, listed?.operation as Described['operation'])).toEqual([])
  })

  function expectOther(answer: Received, { status, allow }: OtherMethods): void {
    expect(answer.status).toBe(status)
    expect(answer.headers.get('allow')).toBe(allow)
    const name = status === 404 ? 'NotFound' : 'MethodNotAllowed'
    expect(findProblems(answer, document.components.responses[name] as Response)).toEqual([])
  }

  test.each(operations.filter(({ method }) => method === 'get'))(
    'answers HEAD $path like GET, without a body',
    async ({ path, operation }) => {
      const got = await ask('GET', path)
      const answer = await ask('HEAD', path)
      expect([answer.status, answer.body]).toEqual([got.status, ''])
      expect(operation.responses).toHaveProperty([String(answer.status)])
    }
  )

  test.each(Object.keys(document.paths))('answers OPTIONS %s with 204', async (path) => {
    const origin = 'http://localhost:3000'
    const { status, body, headers } = await ask('OPTIONS', path, { origin })
    expect([status, body]).toEqual([204, ''])
    expect(headers.get('access-control-allow-origin')).toBe(origin)
  })

  test.each(Object.entries(document['x-agentguard-redirects']))(
    'leads %s to %s',
    async (from, to) => {
      const answer = await ask('GET', `${from}?timeout=1s`)
      expect([answer.status, answer.headers.get('location')]).toEqual([307, `${to}?timeout=1s`])
    }
  )

  const anyRequest: readonly (readonly [status: number, line: string])[] = [
    [307, 'GET //v1/./health HTTP/1.1\r\nHost: localhost'],
    [400, 'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example'],
    [400, 'GET http://evil.example/health HTTP/1.1\r\nHost: localhost'],
    [404, 'GET /v1/nothing HTTP/1.1\r\nHost: localhost'],
    [405, 'DELETE /v1/check HTTP/1.1\r\nHost: localhost']
  ]
  test.each(anyRequest)('answers with %i: %j', async (status, line) => {
    const { port } = servers.main
    const answer = await exchange(port, `${line}\r\nConnection: close\r\n\r\n`)
    expect(answer.status).toBe(status)
    const response = document['x-agentguard-any-request'][status]
    expect(response && findProblems(answer, response)).toEqual([])
  })

  const odd: readonly (readonly [name: string, asked: Asked])[] = [
    ['a page is wanted', { headers: { accept: 'text/html' } }],
    ['a page is wanted by nobody', { as: asNobody, headers: { accept: 'text/html' } }],
    ['a body that is no JSON', { body: '{"scope":' }],
    ['a body of the wrong type', { body: '[[]]' }],
    ['a body of bytes', { body: '\u0000\ufffd' }],
    ['a form that is none', { headers: { 'content-type': formType }, body: '%=&decision&=x' }],
    ['an id with a slash', { id: 'a/b' }],
    ['an id that is no text', { id: '\u0000\u202e' }],
    ['a long id', { id: 'x'.repeat(8000) }],
    ['an odd tenant', { tenant: '\u0000' }],
    ['an odd query', { query: '?limit=%ff&cursor=%&timeout=&token=&order=&since=0' }],
    ['odd cookies', { as: { cookie: 'ag_session=a; ag_session=b; =;;' } }],
    ['an odd scheme', { as: { authorization: 'bearer x' } }],
    ['a page of another site', { headers: { origin: 'https://evil.example' } }],
    ['a page of nowhere', { as: asNobody, headers: { origin: 'null', accept: 'text/html' } }],
    ['a name of the request that is none', { headers: { 'x-request-id': 'a b <' } }]
  ]
  test.each(odd)('answers as the document says where there is %s', async (_, asked) => {
    for (const described of operations) {
      const answer = await routeOf(described, servers).ask({ query: '?timeout=1ms', ...asked })
      expect([described.path, problemsOf(answer, described.operation)]).toEqual([
        described.path,
        []
      ])
      expect(answer.status, `${described.path}: ${answer.body.slice(-200)}`).toBeLessThan(500)
    }
  })

  test('takes every example of a request', async () => {
    for (const { path, method, operation } of operations) {
      const { tags, requestBody } = operation
      const examples = requestBody?.content['application/json']?.examples ?? {}
      if (tags[0] !== 'Checks' && tags[0] !== 'Audit log') continue
      for (const { value } of Object.values(examples)) {
        const answer = await ask(method.toUpperCase(), path, {}, JSON.stringify(value))
        expect(answer.status, `${path}: ${answer.body}`).toBe(200)
      }
    }
  })

  function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string
  ): Promise<Received> {
    const filled = fill(path, { tenant: 'acme', id: 'ap_0' })
    const sent = { method, path: filled, headers: { ...asKey, ...headers } }
    return send(servers.main.port, { ...sent, ...(body === undefined ? {} : { body }) })
  }
})

/** A path of the application, as OpenAPI writes it. */
function templateOf(path: string): string {
  return path.replace(/\/\*$/, '/{id}').replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
}
