import { promisify } from 'node:util'
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib'

const deflate = promisify<Uint8Array, { level: number }, Buffer>(gzipCallback)

/** Half the time of the usual 6 for a tenth more bytes: who is being answered has the same processor. */
const level = 3

/** Compresses bytes into one gzip member. Members one behind the other are one gzip file. */
export function gzip(bytes: Uint8Array): Promise<Buffer> {
  return deflate(bytes, { level })
}

/** The most that an archive's block may have when it is not compressed. */
const maxOutputLength = 1_073_741_824

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzipCallback)

/** Reverses {@link gzip}, for one or more members. */
export function gunzip(bytes: Uint8Array): Promise<Buffer> {
  return inflate(bytes, { maxOutputLength })
}
