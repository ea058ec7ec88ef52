import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Creates what ends answers when the client ends its side. It may go on reading, but mostly it has gone, and what is
 * only looked at, such as a stream, would be kept for nobody.
 *
 * One listener for a connection: as many requests as one likes can be on their way over it.
 */
export function createEndWithClient(): (socket: Socket, outgoing: ServerResponse) => void {
  const open = new WeakMap<Socket, number>()
  const countOf = (socket: Socket): number => open.get(socket) ?? 0
  return (socket, outgoing) => {
    if (!open.has(socket)) socket.once('end', () => void (countOf(socket) > 0 && socket.end()))
    open.set(socket, countOf(socket) + 1)
    outgoing.once('close', () => open.set(socket, countOf(socket) - 1))
  }
}
