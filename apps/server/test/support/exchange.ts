import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Opens a connection, writes bytes as they are, and reads until the other side closes. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes)
  return readAnswer(socket)
}

/** Reads one answer, of a connection that is then closed. */
export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  let text = ''
  for await (const chunk of socket.setEncoding('latin1')) text += chunk
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [start = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(start.split(' ')[1]),
    headers: new Map(headers),
    body: rest.join('\r\n\r\n')
  }
}
