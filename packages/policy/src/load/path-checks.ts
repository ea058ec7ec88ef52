import { goQuote } from '@agentguard/protocol/printable'
import { cleanPath } from '../clean-path.ts'
import type { RuleKind } from '../document.ts'
import type { Decoder } from './decoder.ts'
import type { Item } from './open-node.ts'
import type { RuleSetPlace } from './rule-set-place.ts'

/** An item of a rule's `paths`. */
export interface PathItem {
  readonly text: string
  readonly item: Item
  readonly set: RuleSetPlace
  readonly kind: RuleKind
}

/**
 * Refuses a path of a base filesystem rule that leaves the directory that it begins in, and warns
 * of one whose `*` also matches what lies deeper.
 */
export function checkPath({ issues, warnings }: Decoder, place: PathItem): void {
  const { text, item, set } = place
  const { path, offset } = item
  if (set.scope === 'filesystem' && !set.isOverride && climbs(text)) {
    const message = `filesystem rule pattern ${goQuote(text)} contains '..' after normalization — this is a path traversal risk`
    issues.add({ code: 'path_traversal', path, offset, message, stage: 'paths' })
  }
  if (text.includes('/') && text.includes('*') && !text.includes('**')) {
    warnings.push({ code: 'recursive_star', path, offset, message: starMessage(place) })
  }
}

function climbs(path: string): boolean {
  // Cleaning leaves `..` at the front only.
  const clean = path.includes('..') ? cleanPath(path) : path
  return clean === '..' || clean.startsWith('../')
}

function starMessage({ text, set, kind }: PathItem): string {
  const stem = goQuote(withoutTail(text))
  return `policy: ${set.owner}(${kind}) path pattern ${goQuote(text)}: '*' matches recursively across '/' (e.g. it also matches nested paths like ${stem}/sub/secret.env). Use '**' if recursion is intended, or a more specific pattern otherwise.`
}

function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && '*/'.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
