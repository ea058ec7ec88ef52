import { isUtf8 } from 'node:buffer'

/** A line as it was read. */
export interface RawLine {
  /** The text without its line end. `undefined` when it is not UTF-8, or longer than any line may be. */
  readonly text: string | undefined
  /** Its bytes without the line end, as far as they were kept. */
  readonly data: Uint8Array
  /** How many bytes it has, the line end included. */
  readonly bytes: number
  /** Whether it has a line end. Only the last one can lack it. */
  readonly isWhole: boolean
}

const lineEnd = 0x0a

/** Longer lines are not read. AgentGuard v1.0 wrote lines of several megabytes. */
const maxLineBytes = 64 * 1_048_576

/** Splits bytes into lines, in batches: one for each chunk that ends a line. */
export async function* rawLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine[]> {
  let pieces: Buffer[] = []
  let kept = 0
  let dropped = 0
  const finish = (end: Buffer, isWhole: boolean): RawLine => {
    const bytes = kept + dropped + end.length + (isWhole ? 1 : 0)
    const line = pieces.length === 0 ? end : Buffer.concat([...pieces, end])
    const text = dropped === 0 && isUtf8(line) ? line.toString('utf8') : undefined
    pieces = []
    kept = 0
    dropped = 0
    return { text, data: line, bytes, isWhole }
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const lines: RawLine[] = []
    let start = 0
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
      lines.push(finish(bytes.subarray(start, end), true))
      start = end + 1
    }
    const rest = bytes.subarray(start)
    if (kept + rest.length > maxLineBytes) dropped += rest.length
    else if (rest.length > 0) {
      pieces.push(Buffer.from(rest))
      kept += rest.length
    }
    if (lines.length > 0) yield lines
  }
  if (kept + dropped > 0) yield [finish(Buffer.alloc(0), false)]
}
