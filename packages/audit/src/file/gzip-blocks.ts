import { promisify } from 'node:util'
import {
  constants,
  createGzip,
  type Gzip,
  gunzip as gunzipCallback,
  type ZlibReset
} from 'node:zlib'

/** Compresses bytes into gzip members. Members one behind the other are one gzip file. */
export interface Compressor {
  /** One member with these bytes. MUST NOT be called again before it has resolved. */
  compress(bytes: Uint8Array): Promise<Uint8Array>
  close(): void
}

/** Half the time of the usual 6 for a tenth more bytes: who is being answered has the same processor. */
const level = 3

/** Takes most members in one piece. */
const chunkSize = 65_536

/**
 * Creates what compresses many blocks. Its memory is used again for each of them: memory outside of the heap makes
 * the engine collect the whole heap, and an archive needs as much of it as it has bytes.
 */
export function createCompressor(): Compressor {
  const stream = createGzip({ level, chunkSize }) as Gzip & ZlibReset
  let pieces: Uint8Array[] = []
  stream.on('data', (piece: Uint8Array) => pieces.push(piece))
  // Whoever waits is told.
  stream.on('error', () => {})
  return {
    compress: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes)
        stream.flush(constants.Z_FINISH, (error?: Error | null) => {
          if (error) return reject(error)
          const member = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
          pieces = []
          stream.reset()
          resolve(member)
        })
      }),
    close: () => stream.close()
  }
}

/** The most that an archive's block may have when it is not compressed. */
const maxOutputLength = 1_073_741_824

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzipCallback)

/** Reverses a {@link Compressor}, for one or more members. */
export function gunzip(bytes: Uint8Array): Promise<Buffer> {
  return inflate(bytes, { maxOutputLength })
}
