import { setTimeout as wait } from 'node:timers/promises'
import type { LogFile } from './log-fs.ts'

const maxInterruptions = 100

/** Writes all of the bytes, however few are taken at a time. */
export async function writeFully(file: LogFile, bytes: Uint8Array): Promise<void> {
  let interruptions = 0
  for (let at = 0; at < bytes.length; ) {
    try {
      const written = await file.write(bytes.subarray(at))
      if (written === 0) interruptions++
      at += written
    } catch (error) {
      if (!isInterruption(error)) throw error
      interruptions++
      await wait(1)
    }
    if (interruptions > maxInterruptions) throw new Error('the file takes no more bytes')
  }
}

function isInterruption(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EINTR' || code === 'EAGAIN'
}
