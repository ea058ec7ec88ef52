import type { InnerCall } from './inner-call.ts'
import { maxActions } from './limits.ts'
import type { Role, Verb } from './verbs.ts'

/** Something that a tool may act on, among its arguments. */
export interface Finding {
  readonly kind: 'path' | 'url' | 'host' | 'command' | 'text'
  readonly text: string
  /** Whether the tool surely acts on it: by the name of the argument and the form of its value. */
  readonly isSure: boolean
  /** Whether the name of the argument says what it is, and not the form of its value alone. */
  readonly isNamed: boolean
  readonly role?: Role | undefined
  /** What happens to a path, where that does not depend on the tool. */
  readonly verbs?: readonly Verb[]
}

/** More than can be told, so that what is told is the same in whatever order it was found. */
const maxFound = 16 * maxActions

/** What a tool call has among its arguments, while it is being found. */
export class Findings {
  readonly found: Finding[] = []
  /** Words that say what the tool is to do, such as the value of `operation`. */
  readonly operations: Set<string> = new Set()
  /** HTTP methods. */
  readonly methods: Set<string> = new Set()
  readonly calls: InnerCall[] = []
  /** Why not everything can be known. */
  readonly doubts: Set<string> = new Set()

  add(finding: Finding): void {
    if (this.found.length < maxFound) this.found.push(finding)
    else this.doubts.add('the arguments are too many')
  }
}
