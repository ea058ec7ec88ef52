import type { IncomingMessage } from 'node:http'

/** What is given for a body that is larger than allowed, and for one that the client did not finish. */
export type NoBody = 'too_large' | 'aborted'

/** Reads the body of a `Request`. Never holds more than `maxBytes` and one chunk. */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number
): Promise<Uint8Array | NoBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of stream ?? []) {
      size += chunk.length
      if (size > maxBytes) return 'too_large'
      chunks.push(chunk)
    }
    return join(chunks)
  } catch {
    return 'aborted'
  }
}

/**
 * Reads the body of a request of `node:http`, and calls `onBody` once. Never holds more than `maxBytes`
 * and one chunk. A client that goes away before the end is not heard of again.
 */
export function readIncoming(
  incoming: IncomingMessage,
  maxBytes: number,
  onBody: (body: Uint8Array | 'too_large') => void
): void {
  if (Number(incoming.headers['content-length']) > maxBytes) {
    onBody('too_large')
    return
  }
  let chunks: Uint8Array[] = []
  let size = 0
  incoming.on('data', (chunk: Uint8Array) => {
    const isTooLarge = size > maxBytes
    size += chunk.length
    if (isTooLarge) return
    if (size <= maxBytes) {
      chunks.push(chunk)
      return
    }
    chunks = []
    onBody('too_large')
  })
  incoming.on('end', () => {
    if (size <= maxBytes) onBody(join(chunks))
  })
}

function join(chunks: Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}
