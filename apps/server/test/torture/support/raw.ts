import { connect, type Socket } from 'node:net'

/** An answer as it came, of a connection that may bring more. */
export interface Reply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** What a server did with bytes that were sent to it as they are. */
export interface Exchange {
  readonly replies: readonly Reply[]
  /** What came behind the last whole answer. */
  readonly rest: string
  /** Whether the server closed the connection. */
  readonly isClosed: boolean
}

export interface SendOptions {
  /** How long to wait for more when nothing comes and the connection stays open. */
  readonly quietMs?: number
  /** Whether to say that nothing more is sent. */
  readonly ends?: boolean
}

/** Sends bytes as they are, and reads until the server closes or says nothing for a while. */
export async function send(
  port: number,
  bytes: string | Uint8Array,
  { quietMs = 250, ends = false }: SendOptions = {}
): Promise<Exchange> {
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('latin1')
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
  if (ends) socket.end(data)
  else socket.write(data)
  let text = ''
  const isClosed = await new Promise<boolean>((resolve) => {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => resolve(false), quietMs)
    }
    wait()
    socket.on('data', (chunk: string) => {
      text += chunk
      wait()
    })
    // A reset comes as an error, then as a close.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
  socket.destroy()
  return { ...readReplies(text), isClosed }
}

/** Takes answers apart, one behind the other. */
export function readReplies(text: string): Pick<Exchange, 'replies' | 'rest'> {
  const replies: Reply[] = []
  let rest = text
  for (;;) {
    const head = rest.indexOf('\r\n\r\n')
    if (head < 0 || !rest.startsWith('HTTP/1.')) return { replies, rest }
    const [start = '', ...lines] = rest.slice(0, head).split('\r\n')
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      })
    )
    const status = Number(start.split(' ')[1])
    const body = bodyOf(rest.slice(head + 4), status, headers)
    if (body === undefined) return { replies, rest }
    replies.push({ status, headers, body: body.text })
    rest = rest.slice(head + 4 + body.length)
  }
}

function bodyOf(
  text: string,
  status: number,
  headers: ReadonlyMap<string, string>
): { readonly text: string; readonly length: number } | undefined {
  const length = headers.get('content-length')
  if (status === 204 || status === 304 || status === 100) return { text: '', length: 0 }
  if (length !== undefined) {
    const bytes = Number(length)
    return text.length < bytes ? undefined : { text: text.slice(0, bytes), length: bytes }
  }
  if (headers.get('transfer-encoding') === 'chunked') return chunked(text)
  return { text, length: text.length }
}

function chunked(text: string): { readonly text: string; readonly length: number } | undefined {
  let at = 0
  let body = ''
  for (;;) {
    const end = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, end), 16)
    if (end < 0 || Number.isNaN(size)) return undefined
    if (size === 0) return { text: body, length: end + 4 }
    body += text.slice(end + 2, end + 2 + size)
    at = end + 4 + size
  }
}

/** A whole request, as text. */
export function requestText(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string
): string {
  const all = {
    Host: 'localhost',
    ...headers,
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) })
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const text = `${line} HTTP/1.1\r\n${head.join('')}\r\n`
  return text + Buffer.from(body ?? '').toString('latin1')
}

/** Opens a connection and waits until it stands. */
export function open(port: number, localAddress?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const from = localAddress === undefined ? {} : { localAddress }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...from })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
