import { isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml'
import type { IssueList } from './issue-list.ts'
import { addWrongKind, addYamlIssue, type Item, type OpenNode, startOf } from './open-node.ts'
import { scalarText } from './scalar.ts'
import { showText } from './show-text.ts'

/** The value of a key as it stands in the file. */
export interface Entry {
  /** Where the key stands. */
  readonly offset: number
  readonly node: unknown
}

/** The entries of a map by key, merged ones (`<<`) included; `null` for the key that is null. */
export type Entries = Map<string | null, Entry>

/** Creates the function that reads maps. A value that is no map is an issue, and has no entries. */
export function createReadMap(open: OpenNode, issues: IssueList): (item: Item) => Entries {
  /** The keys of the map itself win over those that it merges, and those of the first over later. */
  function collect(item: Item, found: Entries): Entries {
    if (!isMap(item.node)) {
      addWrongKind(issues, item, 'a map')
      return found
    }
    const own = new Set<string | null>()
    const merges: Pair[] = []
    for (const pair of item.node.items) {
      const at = { ...item, offset: startOf(pair.key) ?? item.offset }
      if (isMergeKey(pair.key)) merges.push(pair)
      else collectPair(pair, at, own, found)
    }
    for (const pair of merges) collectMerged(pair, item, found)
    if (merges[1]) addDuplicate({ ...item, offset: startOf(merges[1].key) ?? item.offset }, '<<')
    return found
  }

  function collectPair(pair: Pair, at: Item, own: Set<string | null>, found: Entries): void {
    const key = readKey(pair, at)
    if (key === undefined) return
    if (own.has(key)) addDuplicate(at, key ?? 'null')
    else if (!found.has(key)) found.set(key, { offset: at.offset, node: pair.value })
    own.add(key)
  }

  function readKey({ key }: Pair, at: Item): string | null | undefined {
    const opened = open(key, at.path, at.stage)
    if (!opened) return null
    const text = isScalar(opened.node) ? scalarText(opened.node) : undefined
    if (text === undefined) addWrongKind(issues, opened, 'a text as key')
    return text
  }

  function collectMerged(pair: Pair, item: Item, found: Entries): void {
    const merged = open(pair.value, item.path, item.stage)
    const maps =
      merged && isSeq(merged.node)
        ? merged.node.items.map((node) => open(node, item.path, item.stage))
        : [merged]
    for (const map of maps) {
      if (map && isMap(map.node)) {
        collect(map, found)
        continue
      }
      const at = { ...item, offset: startOf(pair.value) ?? item.offset }
      addYamlIssue(issues, at, 'invalid_merge', '`<<` takes a map or a list of maps')
    }
  }

  function addDuplicate(at: Item, key: string): void {
    addYamlIssue(issues, at, 'duplicate_key', `key ${showText(key)} is there twice`)
  }

  return (item) => collect(item, new Map())
}

function isMergeKey(key: unknown): key is Scalar {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && (key.tag ?? '!') === '!'
}
