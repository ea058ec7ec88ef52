import type { Decoder } from './decoder.ts'
import type { IssueCode } from './issue-code.ts'
import type { Item } from './open-node.ts'
import { showChoice, showText } from './show-text.ts'

/** One of a few texts; anything else is an issue with this code. */
export function decodeChoice<Choice extends string>(
  decoder: Decoder,
  item: Item | undefined,
  { choices, code }: { readonly choices: readonly Choice[]; readonly code: IssueCode }
): Choice | undefined {
  const text = item && decoder.scalar(item)
  if (!item || text === undefined) return undefined
  const choice = choices.find((candidate) => candidate === text)
  if (choice !== undefined) return choice
  const { path, offset } = item
  const message = `${path}: expected ${showChoice(choices)}, got ${showText(text)}`
  decoder.issues.add({ code, path, offset, message })
  return undefined
}
