const newline = 0x0a

/**
 * Splits a stream into lines, without their ends. What follows the last line break is a line too. A line
 * that is longer than `maxBytes` is `too_long`, and the last one.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number
): AsyncGenerator<Uint8Array | 'too_long'> {
  let pending: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (size + end - start > maxBytes) return yield 'too_long'
      yield Buffer.concat([...pending, chunk.subarray(start, end)])
      pending = []
      size = 0
      start = end + 1
    }
    size += chunk.length - start
    if (size > maxBytes) return yield 'too_long'
    pending.push(chunk.subarray(start))
  }
  if (size > 0) yield Buffer.concat(pending)
}
