import type { LogPart } from '@agentguard/audit'

/** A line of a log as it was read. */
export interface ReadLine {
  /** The file. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Undefined when it is longer than any line may be. */
  readonly text: string | undefined
}

/** The longest line that is read. AgentGuard 1.0 wrote lines of several megabytes. */
const maxLineBytes = 16 * 1_048_576
const newline = 0x0a

/** The lines of a log, one after the other. `onBytes` is told how many bytes were read. */
export async function* logLines(
  parts: AsyncIterable<LogPart>,
  onBytes: (bytes: number) => void = () => {}
): AsyncGenerator<ReadLine> {
  for await (const part of parts) {
    let count = 0
    for await (const bytes of splitBytes(part.chunks(), onBytes)) {
      count++
      const text = bytes === 'too_long' ? undefined : bytes.toString('utf8')
      if (text?.trim() === '') continue
      yield { file: part.name, line: count, text }
    }
  }
}

async function* splitBytes(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void
): AsyncGenerator<Buffer | 'too_long'> {
  let pending: Buffer[] = []
  let size = 0
  const finish = (end: Buffer): Buffer | 'too_long' => {
    const line = size > maxLineBytes ? 'too_long' : Buffer.concat([...pending, end])
    pending = []
    size = 0
    return line
  }
  for await (const chunk of chunks) {
    onBytes(chunk.length)
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let start = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      size += end - start
      yield finish(bytes.subarray(start, end))
      start = end + 1
    }
    size += bytes.length - start
    // What is too long anyway is not kept.
    if (size > maxLineBytes) pending = []
    else if (start < bytes.length) pending.push(Buffer.from(bytes.subarray(start)))
  }
  if (size > 0) yield finish(Buffer.alloc(0))
}
