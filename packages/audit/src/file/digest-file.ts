import { createHash } from 'node:crypto'
import type { LogFs } from './log-fs.ts'
import { readChunks } from './read-chunks.ts'

/** The size of a file and the SHA-256 of its bytes. */
export async function digestFile(
  fs: LogFs,
  path: string
): Promise<{ bytes: number; sha256: string }> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of readChunks(fs, path)) {
    digest.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: digest.digest('hex') }
}
