import { parseLine } from '../query/parse-line.ts'
import { rawLines } from '../verify/raw-lines.ts'

/** The number of the first sealed line of a file, read from the file itself; `undefined` if it has none. */
export async function firstSealedSeq(
  chunks: AsyncIterable<Uint8Array>
): Promise<number | undefined> {
  for await (const lines of rawLines(chunks)) {
    for (const { text } of lines) {
      const seq = text === undefined ? undefined : parseLine(text)?.seq
      if (seq !== undefined) return seq
    }
  }
  return undefined
}
