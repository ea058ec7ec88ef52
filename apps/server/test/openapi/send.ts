import { request } from 'node:http'

export interface Sent {
  readonly method: string
  /** With its query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Received {
  readonly status: number
  /** By their names in lower case; several of one name are joined by line breaks. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends a request as it is, any `Host` included. Of live events only the beginning is read. */
export function send(port: number, { method, path, headers, body = '' }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const target = { host: '127.0.0.1', port, method, path, agent: false }
    const outgoing = request({ ...target, headers: { ...length, ...headers } })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const received = {
        status: incoming.statusCode ?? 0,
        headers: readHeaders(incoming.rawHeaders)
      }
      let text = ''
      const finish = (): void => resolve({ ...received, body: text })
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (!isEvents(received.headers)) return
        finish()
        incoming.destroy()
      })
      incoming.on('end', finish).on('error', reject)
    })
    outgoing.end(body)
  })
}

function isEvents(headers: ReadonlyMap<string, string>): boolean {
  return headers.get('content-type') === 'text/event-stream'
}

function readHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase()
    const before = headers.get(name)
    const value = raw[at + 1] as string
    headers.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return headers
}
