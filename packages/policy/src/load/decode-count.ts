import type { Decoder } from './decoder.ts'
import type { IssueCode } from './issue-code.ts'
import type { Item } from './open-node.ts'

/** A whole number of at least one. */
export function decodeCount(
  decoder: Decoder,
  item: Item | undefined,
  code: IssueCode
): number | undefined {
  const count = decoder.integer(item)
  if (!item || count === undefined) return undefined
  if (count > 0n) return Number(count)
  const { path, offset } = item
  decoder.issues.add({ code, path, offset, message: `${path}: must be > 0, got ${count}` })
  return undefined
}
