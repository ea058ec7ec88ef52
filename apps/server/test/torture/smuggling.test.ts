/** Requests that two servers could read in two ways (performance.md D35). Behind nginx: `pnpm torture`. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { directoryUntilEnd } from './support/directory.ts'
import { entriesOf } from './support/log-of.ts'
import { type Exchange, open, readReplies, send } from './support/raw.ts'
import { type HereServer, serveHere, until } from './support/serve-here.ts'

const policy = `version: "1"
name: smuggling
rules:
  - scope: shell
    allow: [{ pattern: "*" }]
`
const body = '{"scope":"shell","command":"ls -l"}'
/** What must never be read as a request of its own. */
const smuggled = `POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 37\r\n\r\n{"scope":"shell","command":"SMUGGLED"}`
const length = String(Buffer.byteLength(smuggled))
const start = 'POST /v1/check HTTP/1.1\r\nHost: localhost\r\n'

const refused: [name: string, bytes: string][] = [
  [
    'a length and chunks',
    `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'chunks and a length',
    `${start}Transfer-Encoding: chunked\r\nContent-Length: ${length}\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'two lengths that differ',
    `${start}Content-Length: 0\r\nContent-Length: ${length}\r\n\r\n${smuggled}`
  ],
  ['two lengths in one', `${start}Content-Length: 0, ${length}\r\n\r\n${smuggled}`],
  ['a length with a sign', `${start}Content-Length: +${length}\r\n\r\n${smuggled}`],
  ['a length below nothing', `${start}Content-Length: -1\r\n\r\n${smuggled}`],
  ['a length that is hexadecimal', `${start}Content-Length: 0x10\r\n\r\n${smuggled}`],
  ['a length with a blank', `${start}Content-Length: 1 0\r\n\r\n${smuggled}`],
  ['a length without end', `${start}Content-Length: ${'9'.repeat(40)}\r\n\r\n${smuggled}`],
  [
    'an encoding that nobody knows',
    `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'an encoding behind chunks',
    `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'two encodings',
    `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'an encoding with a blank before its colon',
    `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'a length with a blank before its colon',
    `${start}Content-Length : ${length}\r\n\r\n${smuggled}`
  ],
  [
    'an encoding on a line of its own',
    `${start}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`
  ],
  ['a header that is folded', `${start}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
  [
    'a line that ends with LF alone',
    `POST /v1/check HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n`
  ],
  ['a header that ends with LF alone', `${start}X-A: b\nContent-Length: 0\r\n\r\n`],
  ['a CR alone in a header', `${start}X-A: b\rContent-Length: 0\r\n\r\n`],
  ['a NUL in a header', `${start}X-A: b\0c\r\nContent-Length: 0\r\n\r\n`],
  ['a name with a blank', `${start}X A: b\r\nContent-Length: 0\r\n\r\n`]
]

/** Refused for what they ask, not for where they end. */
const strange: [name: string, bytes: string][] = [
  ['no Host', 'GET /health HTTP/1.1\r\n\r\n'],
  ['two Hosts', 'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n'],
  ['two Hosts alike', 'GET /health HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\n\r\n'],
  ['a whole URL as the target', 'GET http://evil/health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['the target of a proxy', 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['the target of OPTIONS', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n']
]

const unreadable: [name: string, bytes: string][] = [
  ['a blank in the target', 'GET /health /x HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a version that is none', 'GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03']
]

/** They pass, as one request: what stands behind them is not looked at. */
const broken: [name: string, bytes: string][] = [
  [
    'a chunk that ends with LF alone',
    `${start}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'an extension of a chunk with LF',
    `${start}Transfer-Encoding: chunked\r\n\r\n2;a=b\n{}\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'a size of a chunk that is none',
    `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'a size of a chunk with a sign',
    `${start}Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'a size of a chunk beyond all numbers',
    `${start}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n${smuggled}`
  ],
  [
    'a chunk that is longer than it says',
    `${start}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${smuggled}`
  ]
]

let server: HereServer

beforeAll(async () => {
  server = await serveHere(policy)
})

function expectAtMostOneAnswer({ replies, isClosed }: Exchange): void {
  expect(replies.length).toBeLessThanOrEqual(1)
  // What is behind a request that cannot be read is no request.
  expect(isClosed).toBe(true)
}

describe('what can be read in two ways', () => {
  test.each([...refused, ...unreadable])(
    '%s is refused, and ends the connection',
    async (_, bytes) => {
      const exchange = await send(server.port, bytes, { quietMs: 3000 })
      expectAtMostOneAnswer(exchange)
      for (const { status } of exchange.replies) expect(status).toBe(400)
    }
  )

  test.each(strange)('%s is refused', async (_, bytes) => {
    const { replies, isClosed } = await send(server.port, bytes, { ends: true, quietMs: 3000 })
    expect(isClosed).toBe(true)
    expect(replies.length).toBeLessThanOrEqual(1)
    for (const { status } of replies) expect(status).toBe(400)
  })

  test.each(broken)('%s gets no verdict, and nothing behind it one', async (_, bytes) => {
    const exchange = await send(server.port, bytes, { quietMs: 3000 })
    expectAtMostOneAnswer(exchange)
    for (const { status } of exchange.replies) expect(status).toBe(400)
  })
})

test('names with an underscore are others than those with a hyphen', async () => {
  const headers = `Content_Length: ${length}\r\nTransfer_Encoding: chunked\r\nContent-Length: ${body.length}\r\n`
  const { replies } = await send(server.port, `${start}${headers}\r\n${body}`)
  expect(replies.map(({ status }) => status)).toEqual([200])
})

test('an encoding in a trailer changes nothing', async () => {
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n`
  const trailer = 'Transfer-Encoding: chunked\r\nContent-Length: 99\r\nHost: evil\r\n'
  const { replies } = await send(
    server.port,
    `${start}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n${trailer}\r\n`
  )
  expect(replies).toHaveLength(1)
  expect([200, 400]).toContain(replies[0]?.status)
})

test('what follows a body that is longer than its length is not a check that anybody asked for', async () => {
  const { replies } = await send(server.port, `${start}Content-Length: 2\r\n\r\n{}GARBAGE\r\n\r\n`)
  // The connection may be given up before the check is answered.
  expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  expect(replies.at(-1)?.status).toBe(400)
})

test('a byte at a time is read as all at once', async () => {
  const socket = await open(server.port)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  for (const byte of `${start}Content-Length: ${body.length}\r\n\r\n${body}`) socket.write(byte)
  await until(() => readReplies(text).replies.length === 1)
  expect(readReplies(text).replies[0]?.status).toBe(200)
  socket.destroy()
})

test('behind all of this, nothing was smuggled', async () => {
  expect(await server.stop()).toBe(0)
  const entries = await entriesOf(server.directory)
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.filter(({ request }) => request.command === 'SMUGGLED')).toEqual([])
})

const hasNginx = spawnSync('nginx', ['-v']).status === 0

describe.runIf(hasNginx)('behind nginx', () => {
  test('the proxy and the server see the same requests', async () => {
    const behind = await serveHere(policy)
    const port = await nginxBefore(behind.port)
    let asked = 0
    for (const [, bytes] of [...refused, ...strange, ...unreadable, ...broken]) {
      const { replies } = await send(port, bytes, { quietMs: 500 })
      asked += replies.filter(({ status }) => status === 200).length
    }
    const good = await send(port, `${start}Content-Length: ${body.length}\r\n\r\n${body}`)
    expect(good.replies.map(({ status }) => status)).toEqual([200])
    await behind.stop()
    const entries = await entriesOf(behind.directory)
    expect(entries.filter(({ request }) => request.command === 'SMUGGLED')).toEqual([])
    expect(entries.length).toBeLessThanOrEqual(asked + 1)
  })
})

/** Runs nginx in front of a port, until the test is over. */
async function nginxBefore(upstream: number): Promise<number> {
  const directory = await directoryUntilEnd()
  await mkdir(join(directory, 'tmp'))
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/tmp/${name};`)
    .join(' ')
  const config = join(directory, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; pid ${directory}/pid; error_log ${directory}/error.log; events {}
http { access_log ${directory}/access.log; ${temporary}
  upstream guard { server 127.0.0.1:${upstream}; keepalive 8; }
  server { listen 127.0.0.1:${port};
    location / { proxy_pass http://guard; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host localhost; } } }`
  )
  const child = spawn('nginx', ['-c', config, '-p', directory], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGTERM'))
  await until(async () => {
    const socket = await open(port).catch(() => undefined)
    socket?.destroy()
    return socket !== undefined
  })
  return port
}
