import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

/** How long somebody waits who is not let in. */
const refusalMs = 250

/**
 * Answers who is not let in after a moment: whoever asks again as soon as there is an answer would otherwise keep the
 * server busy with refusals, and everybody else waiting.
 */
export function replyLater(outgoing: ServerResponse, reply: () => void): void {
  const timer = setTimeout(reply, refusalMs)
  outgoing.once('close', () => clearTimeout(timer))
}

type Headers = Readonly<Record<string, string>>

/** Answers a request. */
export type Reply = (answer: Answer) => void

/** Creates what answers a request, with headers that each answer to it has. */
export function replier(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  common: Headers
): Reply {
  return (answer) => {
    if (answer.headers['Connection'] === 'close') sendAndLinger(incoming, outgoing, answer, common)
    else send(outgoing, answer, common)
  }
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer, common: Headers): void {
  // A flat list is what node needs least work for.
  const list: (string | number)[] = ['Content-Length', Buffer.byteLength(body)]
  for (const name in headers) list.push(name, headers[name] as string)
  for (const name in common) list.push(name, common[name] as string)
  outgoing.writeHead(status, list)
  outgoing.end(body)
}

const lingerMs = 500

/**
 * Sends an answer to a client that is still sending, and goes on reading for a moment: a connection that
 * is closed at once is reset, and the client never sees the answer.
 */
function sendAndLinger(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: Answer,
  common: Headers
): void {
  outgoing.writeHead(status, { ...headers, ...common, 'Content-Length': Buffer.byteLength(body) })
  outgoing.write(body)
  const end = (): void => {
    clearTimeout(timer)
    outgoing.end()
  }
  const timer = setTimeout(end, lingerMs)
  incoming.once('end', end).once('close', end).resume()
}
