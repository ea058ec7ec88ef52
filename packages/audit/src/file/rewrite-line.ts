import type { LogLine } from '../chain/log-line.ts'
import { parseLine } from '../query/parse-line.ts'
import { rawLines } from '../verify/raw-lines.ts'
import type { LogFs } from './log-fs.ts'
import { writeFully } from './write-fully.ts'

/** Writes a copy of lines in which one is replaced by another of the same number. */
export async function rewriteLine(
  fs: LogFs,
  chunks: AsyncIterable<Uint8Array>,
  to: string,
  line: LogLine
): Promise<void> {
  await fs.remove(to)
  const target = await fs.open(to, 'create')
  try {
    for await (const batch of rawLines(chunks)) {
      const pieces = batch.flatMap(({ text, data, isWhole }) => {
        const isIt = text?.includes(`"hash":"${line.hash}"`) && parseLine(text)?.seq === line.seq
        return [isIt ? Buffer.from(JSON.stringify(line)) : data, Buffer.from(isWhole ? '\n' : '')]
      })
      await writeFully(target, Buffer.concat(pieces))
    }
    await target.sync()
  } finally {
    await target.close()
  }
}
