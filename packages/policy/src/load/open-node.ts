import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import { type Aliases, scalarWork } from './aliases.ts'
import type { IssueCode } from './issue-code.ts'
import type { IssueList, Stage } from './issue-list.ts'
import { scalarText } from './scalar.ts'
import { showText } from './show-text.ts'

/** A value of the file that is not null, and where it stands. */
export interface Item {
  /** Never an alias: what it stands for. */
  readonly node: Node
  readonly offset: number
  readonly path: string
  /** `yaml` where AgentGuard 1.0 refuses a value of the wrong kind too: not under our own keys. */
  readonly stage: Stage | undefined
}

/** Opens a node as an item: follows an alias; `undefined` when it is null. */
export type OpenNode = (node: unknown, path: string, stage: Stage | undefined) => Item | undefined

/**
 * How much work aliases may add to that of reading the document once. Without a bound, a short
 * text can stand for a document of any size.
 */
const maxAliasWork = 200_000

/** Creates the one function through which every node of a document is reached. */
export function createOpenNode(aliases: Aliases, issues: IssueList): OpenNode {
  const limit = aliases.work + maxAliasWork
  let work = 0

  function isAffordable(node: Node, offset: number): boolean {
    if (work > limit) return false
    work += isScalar(node) ? scalarWork(node.source) : 1
    if (work <= limit) return true
    const message = 'parsing policy YAML: aliases make the document too large'
    issues.end({ code: 'too_many_aliases', path: '', offset, message, stage: 'yaml' })
    return false
  }

  return (node, path, stage) => {
    const target = isAlias(node) ? aliases.targets.get(node) : (node as Node | null | undefined)
    if (!target) return undefined
    if (isScalar(target) && scalarText(target) === null) return undefined
    const offset = startOf(node) ?? 0
    return isAffordable(target, offset) ? { node: target, offset, path, stage } : undefined
  }
}

/** Where a node begins in the text. */
export function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}

/** Reports something about an item that has to do with its YAML and not with policies. */
export function addYamlIssue(
  issues: IssueList,
  { offset, path, stage }: Item,
  code: IssueCode,
  text: string
): void {
  const prefix = stage === 'yaml' ? 'parsing policy YAML: ' : ''
  const message = `${prefix}${path === '' ? '' : `${path}: `}${text}`
  issues.add({ code, path, offset, message, stage })
}

/** Reports an item that is not of the kind that its place asks for. */
export function addWrongKind(issues: IssueList, item: Item, kind: string): void {
  addYamlIssue(issues, item, 'wrong_kind', `expected ${kind}, got ${describe(item.node)}`)
}

function describe(node: Node): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  return showText(isScalar(node) ? (node.source ?? '') : '')
}
