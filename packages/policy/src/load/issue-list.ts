import type { PolicyIssue } from '../issue.ts'
import type { IssueCode } from './issue-code.ts'

/**
 * The checks of AgentGuard 1.0 in its order. It stops at the first that fails, so that is the one
 * whose message comes first here too.
 */
const stages = [
  'yaml',
  'version',
  'name',
  'paths',
  'redaction',
  'tool_scope_map',
  'tunables',
  'rules',
  'orphan_window'
] as const
export type Stage = (typeof stages)[number]

/** Turns an offset in the text into a line and a column, both 1-based. */
export type Locate = (offset: number) => Position

/** Both are 1-based. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface NewIssue {
  readonly code: IssueCode
  readonly path: string
  readonly offset: number
  readonly message: string
  readonly suggestion?: string | undefined
  /** The check of AgentGuard 1.0 that fails here; absent where it would have loaded the file. */
  readonly stage?: Stage | undefined
}

/** Collects what is wrong with a file. What several aliases repeat is collected once. */
export interface IssueList {
  /** Whether an issue would say nothing new. */
  isTold(code: IssueCode, offset: number): boolean
  add(issue: NewIssue): void
  /** Adds an issue that ends the reading of the file: nothing that is found later counts. */
  end(issue: NewIssue): void
  /**
   * The issues in the order of the file, but for the first, which is what AgentGuard 1.0 reports
   * where it refuses the file too.
   */
  ordered(): PolicyIssue[]
}

/** Creates an empty list. */
export function createIssueList(locate: Locate): IssueList {
  const added = new Map<string, NewIssue>()
  let hasEnded = false
  const keyOf = (code: IssueCode, offset: number) => `${code} ${offset}`
  function add(issue: NewIssue): void {
    const key = keyOf(issue.code, issue.offset)
    if (!hasEnded && !added.has(key)) added.set(key, issue)
  }
  return {
    isTold: (code, offset) => hasEnded || added.has(keyOf(code, offset)),
    add,
    end(issue) {
      add(issue)
      hasEnded = true
    },
    ordered() {
      const issues = [...added.values()]
      const first = earliest(issues)
      const rest = issues.filter((issue) => issue !== first).sort((a, b) => a.offset - b.offset)
      return (first ? [first, ...rest] : rest).map((issue) => placeIssue(issue, locate))
    }
  }
}

function earliest(added: readonly NewIssue[]): NewIssue | undefined {
  let first: NewIssue | undefined
  for (const issue of added) {
    if (issue.stage && (!first || rank(issue) < rank(first))) first = issue
  }
  return first
}

function rank({ stage }: NewIssue): number {
  return stage ? stages.indexOf(stage) : stages.length
}

/** An issue with its line and column. */
export function placeIssue(
  { code, path, offset, message, suggestion }: NewIssue,
  locate: Locate
): PolicyIssue {
  return { code, path, ...locate(offset), message, ...(suggestion !== undefined && { suggestion }) }
}
