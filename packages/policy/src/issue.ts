/** Something about a policy file that its author should know, and where it is. */
export interface PolicyIssue {
  /** Stable, lower_snake: what scripts and tests branch on. */
  readonly code: string
  /** Where in the document, such as `rules[0].allow[1].pattern`; `''` is the document itself. */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  readonly message: string
  /** For an unknown key: the key that was probably meant. */
  readonly suggestion?: string
}
