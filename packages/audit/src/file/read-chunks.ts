import type { LogFile, LogFs } from './log-fs.ts'

const chunkBytes = 262_144

/** The bytes of a file, from a position on. */
export async function* readChunks(fs: LogFs, path: string, start = 0): AsyncGenerator<Buffer> {
  yield* readOpenFile(await fs.open(path, 'read'), start)
}

/** The bytes of an open file, which is closed at the end. */
export async function* readOpenFile(file: LogFile, start = 0): AsyncGenerator<Buffer> {
  try {
    const size = await file.size()
    for (let at = start; ; ) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(size - at, 1)))
      const length = await file.read(chunk, at)
      if (length === 0) return
      yield chunk.subarray(0, length)
      at += length
    }
  } finally {
    await file.close()
  }
}

/** Exactly so many bytes at a position. Throws when the file ends before. */
export async function readBytes(file: LogFile, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  await readInto(bytes, file, start)
  return bytes
}

/** Fills bytes from a position on. Throws when the file ends before. */
export async function readInto(bytes: Uint8Array, file: LogFile, start: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const read = await file.read(bytes.subarray(at), start + at)
    if (read === 0) throw new Error('the file ends too early')
    at += read
  }
}
