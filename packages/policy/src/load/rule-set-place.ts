/** The rule set that something belongs to. */
export interface RuleSetPlace {
  /** The list that it stands in, `rules` or `agents.<id>.override`. */
  readonly owner: string
  /** As messages name it, such as `rules[0](shell)`. */
  readonly label: string
  readonly scope: string
  readonly isOverride: boolean
}
