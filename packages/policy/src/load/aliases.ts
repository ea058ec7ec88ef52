import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Node } from 'yaml'
import type { YamlFault } from './read-yaml.ts'
import { showText } from './show-text.ts'

/** What the aliases of a document stand for. */
export interface Aliases {
  readonly targets: ReadonlyMap<Alias, Node>
  /** The anchored nodes that an alias names. */
  readonly used: ReadonlySet<Node>
  readonly faults: readonly YamlFault[]
  /** What reading the document costs as long as no alias is followed. */
  readonly work: number
}

/** Work that one scalar costs to read, more for a long one. */
export function scalarWork(text: string | undefined): number {
  return 1 + ((text?.length ?? 0) >> 6)
}

/**
 * Finds the node of each alias in one pass: the last one of that name before it.
 *
 * The document MUST have been read by `readYaml`, which bounds its depth. An anchor that contains
 * an alias to itself is a fault, so whoever follows the targets always arrives.
 */
export function readAliases(root: Node | null): Aliases {
  const anchors = new Map<string, Node>()
  const open = new Set<Node>()
  const targets = new Map<Alias, Node>()
  const faults: YamlFault[] = []
  let work = 0

  function follow(alias: Alias): void {
    const target = anchors.get(alias.source)
    const offset = alias.range?.[0] ?? 0
    const name = showText(alias.source)
    if (!target) {
      faults.push({ code: 'unknown_anchor', offset, message: `unknown anchor ${name}` })
    } else if (open.has(target)) {
      faults.push({ code: 'recursive_anchor', offset, message: `anchor ${name} contains itself` })
    } else {
      targets.set(alias, target)
    }
  }

  function visit(node: unknown): void {
    work++
    if (isPair(node)) {
      visit(node.key)
      visit(node.value)
    } else if (isAlias(node)) {
      follow(node)
    } else if (isScalar(node)) {
      work += scalarWork(node.source)
      if (node.anchor) anchors.set(node.anchor, node)
    } else if (isMap(node) || isSeq(node)) {
      visitCollection(node, node.items)
    }
  }

  function visitCollection(node: Node & { anchor?: string }, items: readonly unknown[]): void {
    if (node.anchor) {
      anchors.set(node.anchor, node)
      open.add(node)
    }
    for (const item of items) visit(item)
    open.delete(node)
  }

  visit(root)
  return { targets, used: new Set(targets.values()), faults, work }
}
