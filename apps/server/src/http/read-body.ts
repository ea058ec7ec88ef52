import type { IncomingMessage } from 'node:http'

/**
 * What is given for a body that is larger than allowed, for one that there is no memory for, and for one that
 * the client did not finish.
 */
export type NoBody = 'too_large' | 'no_memory' | 'aborted'

/** Memory for a body; false if there is none. */
export type TakeMemory = (bytes: number) => boolean

/**
 * Reads the body of a `Request`. Never holds more than `maxBytes` and one chunk, and does not wait for a body that
 * is announced to be larger.
 */
export async function readRequest(
  { headers, body: stream }: Request,
  maxBytes: number
): Promise<Uint8Array | Exclude<NoBody, 'no_memory'>> {
  if (Number(headers.get('Content-Length')) > maxBytes) return 'too_large'
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
  maxBytes: number,
  takeMemory: TakeMemory = () => true
): Promise<Uint8Array | NoBody> {
  if (Number(incoming.headers['content-length']) > maxBytes) return Promise.resolve('too_large')
  return new Promise((resolve) => {
    const body = createBodyBuffer(maxBytes)
    let isDone = false
    const done = (result: Uint8Array | NoBody): void => {
      isDone = true
      resolve(result)
    }
    incoming.on('data', (chunk: Uint8Array) => {
      // What still comes is not held.
      if (isDone) return
      if (!takeMemory(chunk.length)) done('no_memory')
      else if (!body.add(chunk)) done('too_large')
    })
    incoming.once('end', () => done(body.bytes()))
    incoming.once('close', () => done('aborted'))
    incoming.once('error', () => done('aborted'))
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
  return {
    add(chunk) {
      if (size + chunk.length > maxBytes) {
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
