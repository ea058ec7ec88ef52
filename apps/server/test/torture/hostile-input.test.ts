/** Bodies and headers that are meant to hurt (performance.md D28, D29, D30, D37). */
import { once } from 'node:events'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { heldBytes } from '../../../../test/support/held-bytes.ts'
import { serveBin } from '../support/bin.ts'
import { open, requestText, send } from './support/raw.ts'
import { amount, seeded } from './support/seed.ts'
import { type HereServer, serveHere } from './support/serve-here.ts'

const policy = `version: "1"
name: hostile input
rules:
  - scope: shell
    allow: [{ pattern: "*" }]
proxy: { request: { max_body_bytes: 262144 } }
`
const limit = 262_144
const kibi = 1024
const random = seeded()
let server: HereServer

beforeAll(async () => {
  server = await serveHere(policy)
})

async function post(body: string | Buffer): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${server.port}/v1/check`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body))
  })
  return { status: response.status, text: await response.text() }
}

describe('D28: a body without end', () => {
  const huge = 1_073_741_824

  test('that is announced is refused before it comes', async () => {
    const socket = await open(server.port)
    socket.write(requestText('POST /v1/check', { 'Content-Length': String(huge) }))
    const [answer] = await once(socket.setEncoding('latin1'), 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain(`Request body too large (limit ${limit} bytes)\n`)
    socket.destroy()
  })

  test('that comes in chunks is refused when it is too large, and the rest is not waited for', async () => {
    const socket = await open(server.port)
    socket.write(requestText('POST /v1/check', { 'Transfer-Encoding': 'chunked' }))
    // No more than this is sent before the answer: it cannot have needed more.
    const chunk = `${(16 * kibi).toString(16)}\r\n${' '.repeat(16 * kibi)}\r\n`
    for (let sent = 0; sent < limit + 64 * kibi; sent += 16 * kibi) socket.write(chunk)
    const [answer] = await once(socket.setEncoding('latin1'), 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    await Promise.all([once(socket, 'close'), socket.end()])
  })

  test('many of them take no memory, and others are answered meanwhile', async () => {
    const many = amount(150, 10_000)
    const before = await heldBytes()
    for (let left = many; left > 0; left -= 50) {
      await Promise.all(
        Array.from({ length: Math.min(left, 50) }, async (_, at) => {
          const head =
            at % 2 ? { 'Content-Length': String(huge) } : { 'Transfer-Encoding': 'chunked' }
          const text = requestText('POST /v1/check', head)
          const chunk = at % 2 ? '' : `${(320 * kibi).toString(16)}\r\n${' '.repeat(320 * kibi)}`
          const { replies } = await send(server.port, text + chunk, { quietMs: 5000, ends: true })
          expect(replies.map(({ status }) => status)).toEqual([413])
        })
      )
      expect((await post('{"scope":"shell","command":"ls -l"}')).status).toBe(200)
    }
    expect((await heldBytes()) - before).toBeLessThan(8 * 1_048_576)
  })

  test('on other routes is refused as well', async () => {
    for (const line of ['POST /v1/audit', 'POST /v1/check/batch', 'POST /v1/approve/ap_1']) {
      const { replies } = await send(
        server.port,
        requestText(line, { 'Content-Length': String(huge) }),
        {
          quietMs: 1000
        }
      )
      expect([line, replies.map(({ status }) => status)]).toEqual([line, [413]])
    }
  })
})

describe('D29: JSON that is meant to hurt', () => {
  const shallow = '{"scope":"shell","command":"ls -l","x":'
  const bombs: [name: string, body: string][] = [
    ['1,000 lists in each other', `${shallow}${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ['100,000 lists in each other', `${shallow}${'['.repeat(100_000)}`],
    [
      '100,000 lists in each other, closed',
      `${shallow}${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    ],
    ['40,000 objects in each other', `${shallow}${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`],
    ['a number of 250,000 digits that is out of range', `${shallow}${'9'.repeat(250_000)}}`],
    ['half a surrogate pair', '{"scope":"shell","command":"\\ud800"}'],
    ['half a surrogate pair in a name', '{"scope":"shell","\\udc00":1}'],
    ['the same name twice', '{"scope":"shell","command":"ls -l","command":"rm -rf /"}'],
    ['the same name twice, one escaped', '{"scope":"shell","command":"ls","\\u0063ommand":"rm"}'],
    ['the same name twice, deep', '{"scope":"shell","meta":{"a":"1","a":"2"}}'],
    ['a byte that is no UTF-8', '{"scope":"shell","command":"\xff"}'],
    ['a byte order mark', '\ufeff{}'],
    ['text behind the value', '{"scope":"shell"} {"scope":"cost"}'],
    ['a name in another case', '{"SCOPE":"shell"}'],
    ['NaN', '{"est_cost":NaN}'],
    ['a comment', '{"scope":"shell"/*x*/}'],
    ['single quotes', "{'scope':'shell'}"],
    ['a comma too many', '{"scope":"shell",}']
  ]

  test.each(bombs)('%s is refused', async (_, body) => {
    const { status, text } = await post(body.includes('\xff') ? Buffer.from(body, 'latin1') : body)
    expect(text).toMatch(/^Invalid request: /)
    expect(status).toBe(400)
  })

  const keys = Array.from({ length: 20_000 }, (_, at) => `"k${at}":"v"`).join()
  const large: [name: string, body: string][] = [
    ['20,000 members that nobody knows', `{"scope":"shell","command":"ls",${keys}}`],
    ['20,000 members of meta', `{"scope":"shell","command":"ls","meta":{${keys}}}`],
    ['a number of 250,000 digits behind its point', `${shallow}0.${'1'.repeat(250_000)}}`],
    ['a command of 250,000 escapes', `{"scope":"shell","command":"${'\\u0000'.repeat(40_000)}"}`],
    ['a command of 250,000 quotes', `{"scope":"shell","command":"${"'".repeat(250_000)}"}`],
    ['a command of 60,000 substitutions', `{"scope":"shell","command":"${'$(a '.repeat(60_000)}"}`],
    ['a path of 80,000 steps up', `{"scope":"filesystem","path":"${'../'.repeat(80_000)}"}`],
    ['an encoded path', `{"scope":"filesystem","path":"${'%2525'.repeat(50_000)}"}`],
    ['a host of 80,000 labels', `{"scope":"network","url":"http://${'a.'.repeat(80_000)}b/"}`],
    [
      '10,000 further actions',
      `{"scope":"shell","command":"ls","actions":[${Array(9000).fill('{"scope":"shell"}').join()}]}`
    ]
  ]

  test.each(large)('%s is answered, and holds up nobody', async (_, body) => {
    const [{ status, text }, other] = await Promise.all([
      post(body),
      post('{"scope":"shell","command":"ls -l"}')
    ])
    expect([200, 400]).toContain(status)
    if (status === 200) expect(JSON.parse(text)).toHaveProperty('decision')
    expect(other.status).toBe(200)
  })
})

describe('D30: names that mean something in JavaScript', () => {
  /** 503: there is no key to sign in with. */
  const fine = [200, 307, 400, 404, 405, 503]
  const evil = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

  test(`in every member, header and place of a path change nothing (seed ${random.seed})`, async () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).toSorted()
    const name = fc.constantFrom(...evil)
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>('x', 1, true, null, '{"polluted":1}'),
        name,
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(name, tie('any'), { maxKeys: 3, noNullPrototype: false })
      )
    })).any
    const member = fc.constantFrom(
      'scope',
      'action',
      'command',
      'path',
      'domain',
      'url',
      'agent_id',
      'session_id',
      'meta',
      'actions',
      'approval_id',
      'schema_version',
      ...evil
    )
    const route = fc.constantFrom(
      '/v1/check',
      '/v1/t/local/check',
      '/v1/audit',
      '/v1/check/batch',
      '/auth/login'
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(member, value), { maxLength: 5 }),
        route,
        name,
        async (members, path, word) => {
          // As text, so that `__proto__` is a member and no prototype.
          const text = members.map(
            ([key, held]) => `${JSON.stringify(key)}:${JSON.stringify(held)}`
          )
          const body = `{${text.join()}}`
          const headers = {
            [word]: word,
            'X-Request-Id': word,
            Cookie: `${word}=1; ag_session=${word}`
          }
          const { replies } = await send(
            server.port,
            requestText(`POST ${path}`, { ...headers, Connection: 'close' }, body),
            { quietMs: 5000 }
          )
          expect(replies).toHaveLength(1)
          expect(fine).toContain(replies[0]?.status)
        }
      ),
      { seed: random.seed, numRuns: amount(150, 10_000) }
    )
    for (const word of evil) {
      for (const path of [
        `/v1/t/${word}/check`,
        `/v1/status/${word}`,
        `/v1/audit?${word}=${word}`,
        `/${word}`
      ]) {
        const { replies } = await send(
          server.port,
          requestText(`GET ${path}`, { Connection: 'close' })
        )
        expect(fine).toContain(replies[0]?.status)
      }
    }
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  }, 300_000)

  test('do nothing either where Node has no __proto__ at all', async () => {
    const env = { NODE_OPTIONS: '--disable-proto=throw' }
    const { port } = await serveBin(['--dashboard'], { env })
    const url = `http://127.0.0.1:${port}`
    const body =
      '{"scope":"shell","command":"git status","__proto__":{"x":1},"meta":{"__proto__":"y"}}'
    const answer = await fetch(`${url}/v1/check`, { method: 'POST', body })
    expect([answer.status, await answer.json()]).toMatchObject([200, { decision: 'ALLOW' }])
    for (const path of ['/v1/audit', '/metrics', '/dashboard', '/api/pending', '/api/stats']) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
    }
  })

  test('are kept in the log as they were sent', async () => {
    const meta = '{"__proto__":"p","constructor":"c"}'
    const { text } = await post(
      `{"scope":"shell","command":"ls -l","agent_id":"__proto__","meta":${meta}}`
    )
    expect(JSON.parse(text)).toMatchObject({ decision: 'ALLOW' })
    const found = await fetch(`http://127.0.0.1:${server.port}/v1/audit?agent_id=__proto__`)
    expect(await found.text()).toContain(`"meta":${meta}`)
  })
})

describe('D37: headers that are meant to hurt', () => {
  const bombs: [name: string, headers: string][] = [
    ['of 20 KB in one', `X-A: ${'a'.repeat(20_000)}\r\n`],
    ['2,000 of them', Array.from({ length: 2000 }, (_, at) => `X-${at}: ${at}\r\n`).join('')],
    [
      '1,000 cookies',
      `Cookie: ${Array.from({ length: 1000 }, (_, at) => `c${at}=${'v'.repeat(20)}`).join('; ')}\r\n`
    ],
    ['a target of 20 KB', '']
  ]

  test.each(bombs)('%s are refused', async (name, headers) => {
    const path = name.includes('target') ? `/health?${'a'.repeat(20_000)}` : '/health'
    const { replies } = await send(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`
    )
    expect(replies.map(({ status }) => status)).toEqual([431])
  })

  test('many within the size are read, with the credential behind them', async () => {
    const closed = await serveHere(policy, { env: { AGENTGUARD_API_KEY: 'k' } })
    const many = Array.from({ length: 1200 }, (_, at) => `a${at.toString(36)}: b\r\n`).join('')
    const request = `GET /v1/audit HTTP/1.1\r\nHost: localhost\r\n${many}Authorization: Bearer k\r\n\r\n`
    const { replies } = await send(closed.port, request)
    expect(replies.map(({ status }) => status)).toEqual([200])
  })

  test('a thousand bombs take no memory', async () => {
    const bomb = `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`
    const before = await heldBytes()
    for (let round = 0; round < amount(10, 100); round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => send(server.port, bomb)))
      // One that is still being sent is reset, and may never see its answer.
      for (const { replies } of answers) expect([431, undefined]).toContain(replies[0]?.status)
    }
    expect((await heldBytes()) - before).toBeLessThan(8 * 1_048_576)
  })
})

test('nothing of all this was an error of the server', () => {
  expect(server.log()).not.toContain('ERROR')
})
