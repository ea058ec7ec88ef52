import type { RawLine } from './raw-lines.ts'

/** How far a line that is missing is looked for. */
const maxLines = 100_000

/** Whether a line of this number comes later in the same part. */
export async function findLater(
  batch: readonly RawLine[],
  rest: AsyncIterable<RawLine[]>,
  seq: number | undefined
): Promise<boolean> {
  const isIt = ({ text }: RawLine): boolean => text?.includes(`,"seq":${seq},"prev":"`) ?? false
  if (batch.some(isIt)) return true
  let seen = 0
  for await (const lines of rest) {
    if (lines.some(isIt)) return true
    seen += lines.length
    if (seen > maxLines) return false
  }
  return false
}
