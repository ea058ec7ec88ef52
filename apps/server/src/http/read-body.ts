import type { IncomingMessage } from 'node:http'

/** What is given for a body that is larger than allowed, and for one that the client did not finish. */
export type NoBody = 'too_large' | 'aborted'

/** Reads the body of a `Request`. Never holds more than `maxBytes` and one chunk. */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number
): Promise<Uint8Array | NoBody> {
  const body = createBodyBuffer(maxBytes)
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of stream ?? []) if (!body.add(chunk)) return 'too_large'
    return body.bytes()
  } catch {
    return 'aborted'
  }
}

/** Reads the body of a request of `node:http`. Never holds more than `maxBytes` and one chunk. */
export function readIncoming(
  incoming: IncomingMessage,
  maxBytes: number
): Promise<Uint8Array | NoBody> {
  if (Number(incoming.headers['content-length']) > maxBytes) return Promise.resolve('too_large')
  return new Promise((resolve) => {
    const body = createBodyBuffer(maxBytes)
    incoming.on('data', (chunk: Uint8Array) => {
      if (!body.add(chunk)) resolve('too_large')
    })
    incoming.once('end', () => resolve(body.bytes()))
    incoming.once('close', () => resolve('aborted'))
    incoming.once('error', () => resolve('aborted'))
  })
}

interface BodyBuffer {
  /** Takes a chunk; false, and nothing is held any more, if that is more than allowed. */
  add(chunk: Uint8Array): boolean
  bytes(): Uint8Array
}

/** Holds a body in one piece: a chunk of one byte must not cost more than a byte. */
function createBodyBuffer(maxBytes: number): BodyBuffer {
  let held: Uint8Array = empty
  let size = 0
  let isOver = false
  return {
    add(chunk) {
      isOver ||= size + chunk.length > maxBytes
      if (isOver) {
        held = empty
        return false
      }
      if (size === 0) held = chunk
      else {
        if (size + chunk.length > held.length) held = grown(held, size, size + chunk.length)
        held.set(chunk, size)
      }
      size += chunk.length
      return true
    },
    bytes: () => held.subarray(0, size)
  }
}

const empty = new Uint8Array()

function grown(held: Uint8Array, size: number, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(needed, 2 * size, 1024))
  larger.set(held.subarray(0, size))
  return larger
}
