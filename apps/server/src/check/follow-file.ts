import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

export interface FollowOptions {
  readonly signal: AbortSignal
  /** How often a file that has nothing new is looked at. @defaultValue 200 */
  readonly intervalMs?: number
}

const newline = Uint8Array.of(0x0a)

/**
 * Yields what is in a file and what is appended to it, until aborted. Rejects if there is no such file.
 *
 * A file that is truncated is read from its start again. One that is replaced, as log rotation does, is
 * read to its end before the new one is; while there is no new one, it is waited for.
 */
export async function* followFile(
  path: string,
  { signal, intervalMs = 200 }: FollowOptions
): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(65_536)
  let handle = await open(path)
  let position = 0
  let isReplaced = false
  try {
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position)
      if (bytesRead > 0) {
        position += bytesRead
        yield Uint8Array.from(chunk.subarray(0, bytesRead))
      } else if (isReplaced) {
        // It was replaced before this reading, so this was its end.
        yield newline
        const next = await open(path).catch(() => undefined)
        if (next) {
          await handle.close()
          handle = next
          position = 0
          isReplaced = false
        } else await pause(intervalMs, signal)
      } else if ((await handle.stat()).size < position) {
        yield newline
        position = 0
      } else {
        isReplaced = await isOther(handle, path)
        if (!isReplaced) await pause(intervalMs, signal)
      }
    }
  } finally {
    await handle.close()
  }
}

/** Whether a path now leads to another file than the one that is open. */
async function isOther(handle: FileHandle, path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined)
  if (!there) return false
  const held = await handle.stat()
  return there.ino !== held.ino || there.dev !== held.dev
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {})
}
