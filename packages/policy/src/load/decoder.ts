import { isScalar, isSeq, type Node } from 'yaml'
import type { Aliases } from './aliases.ts'
import type { IssueList, NewIssue } from './issue-list.ts'
import type { Keys } from './keys.ts'
import { likelyKey } from './likely-key.ts'
import { addWrongKind, createOpenNode, type Item } from './open-node.ts'
import { createReadMap, type Entry } from './read-map.ts'
import { scalarInteger, scalarText } from './scalar.ts'
import { showChoice, showText } from './show-text.ts'

/** The values of a map by key; a null value counts as absent. */
export interface Fields {
  get(key: string): Item | undefined
}

/** Turns nodes into values. What has the wrong kind is an issue, and then counts as absent. */
export interface Decoder {
  readonly issues: IssueList
  /** What loads but deserves a word, in the order of the file. */
  readonly warnings: NewIssue[]
  /** The document itself. */
  root(node: Node | null): Item | undefined
  /** The fields of a map that may have these keys, `x-` keys, and no others. */
  fields(item: Item | undefined, keys: Keys): Fields
  /** The fields of the document, where an unknown key may hold an anchor that is used. */
  topFields(item: Item | undefined, keys: Keys): Fields
  /** The entries of a map from ids to anything. */
  entries(item: Item | undefined): ReadonlyMap<string, Item | undefined>
  /** The items of a list, without those that are null. */
  list(item: Item | undefined): readonly Item[]
  /** A scalar as its source text; `undefined` when it is none. */
  scalar(item: Item): string | undefined
  /** A scalar as its source text; `''` when it is absent or none. */
  text(item: Item | undefined): string
  /** A whole number; `undefined` when it is absent or none. */
  integer(item: Item | undefined): bigint | undefined
}

/** Creates a decoder for one document. */
export function createDecoder(aliases: Aliases, issues: IssueList): Decoder {
  const open = createOpenNode(aliases, issues)
  const readMap = createReadMap(open, issues)

  function fields(item: Item | undefined, keys: Keys, isAllowed: (entry: Entry) => boolean) {
    if (!item) return noFields
    const entries = readMap(item)
    for (const [key, entry] of entries) {
      if (isKnown(key, keys) || isAllowed(entry)) continue
      if (issues.isTold('unknown_key', entry.offset)) continue
      issues.add(unknownKey(item.path, key ?? 'null', entry.offset, keys))
    }
    return {
      get: (key: string) => {
        const stage = keys.added.includes(key) ? undefined : item.stage
        return open(entries.get(key)?.node, join(item.path, key), stage)
      }
    }
  }

  function scalar(item: Item): string | undefined {
    const text = isScalar(item.node) ? scalarText(item.node) : undefined
    if (typeof text !== 'string') addWrongKind(issues, item, 'a text')
    return text ?? undefined
  }

  return {
    issues,
    warnings: [],
    root: (node) => open(node, '', 'yaml'),
    fields: (item, keys) => fields(item, keys, () => false),
    topFields: (item, keys) => fields(item, keys, ({ node }) => aliases.used.has(node as Node)),
    entries(item) {
      const opened = new Map<string, Item | undefined>()
      if (!item) return opened
      for (const [key, { node }] of readMap(item)) {
        if (key !== null) opened.set(key, open(node, join(item.path, key), item.stage))
      }
      return opened
    },
    list(item) {
      if (item && !isSeq(item.node)) addWrongKind(issues, item, 'a list')
      const items: Item[] = []
      for (const node of item && isSeq(item.node) ? item.node.items : []) {
        const opened = open(node, `${item?.path}[${items.length}]`, item?.stage)
        if (opened) items.push(opened)
      }
      return items
    },
    scalar,
    text: (item) => (item && scalar(item)) ?? '',
    integer(item) {
      if (!item) return undefined
      const integer = isScalar(item.node) ? scalarInteger(item.node) : undefined
      if (typeof integer !== 'bigint') addWrongKind(issues, item, 'a whole number')
      return integer ?? undefined
    }
  }
}

const noFields: Fields = { get: () => undefined }

function isKnown(key: string | null, { known, added }: Keys): boolean {
  return key !== null && (known.includes(key) || added.includes(key) || key.startsWith('x-'))
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function unknownKey(place: string, key: string, offset: number, keys: Keys): NewIssue {
  const candidates = [...keys.known, ...keys.added]
  const suggestion = likelyKey(key, candidates)
  const hint =
    suggestion === undefined
      ? `expected ${showChoice(candidates)}`
      : `did you mean ${showText(suggestion)}?`
  const message = `${place === '' ? '' : `${place}: `}unknown key ${showText(key)}, ${hint}`
  return { code: 'unknown_key', path: join(place, key), offset, message, suggestion }
}
