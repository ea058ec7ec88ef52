import type { Decoder } from './decoder.ts'
import type { IssueCode } from './issue-code.ts'
import type { Item } from './open-node.ts'

/** A list of names, such as people or roles: at least one, and none of them empty. */
export function decodeNames(
  decoder: Decoder,
  item: Item | undefined,
  code: IssueCode
): readonly string[] | undefined {
  if (!item) return undefined
  const items = decoder.list(item)
  const names = items.map((name) => decoder.scalar(name))
  const { path, offset } = items[names.indexOf('')] ?? item
  if (names.length === 0 || names.includes('')) {
    decoder.issues.add({ code, path, offset, message: `${path}: must not be empty` })
  }
  return names.filter((name) => name !== undefined)
}
