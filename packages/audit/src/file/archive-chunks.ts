import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { LogFs } from './log-fs.ts'
import { readChunks } from './read-chunks.ts'

/** The lines of a file as bytes, decompressed if need be. */
export function archiveChunks(
  fs: LogFs,
  path: string,
  isCompressed: boolean
): AsyncIterable<Uint8Array> {
  const chunks = readChunks(fs, path)
  return isCompressed ? decompress(chunks) : chunks
}

/** What gzip members, one behind the other, hold. */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks)
  const inflating = createGunzip()
  source.on('error', (error) => inflating.destroy(error))
  try {
    yield* source.pipe(inflating)
  } finally {
    source.destroy()
    inflating.destroy()
  }
}
