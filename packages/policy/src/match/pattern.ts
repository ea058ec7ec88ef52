/** A compiled pattern: its test, and what an index can know about every text that it matches. */
export interface Pattern {
  /** Every match starts with this text. */
  readonly prefix: string
  /** Every match ends with this text. */
  readonly suffix: string
  /** Every match contains each of these texts. */
  readonly literals: readonly string[]
  /** The pattern has no wildcard: it matches `prefix` and nothing else. */
  readonly exact: boolean
  /** What a test costs for each character of the value, in reads; 0 if it looks at the ends alone. */
  readonly weight: number
  /** Whether the pattern matches the whole value. Linear in the value's length. */
  matches(value: string): boolean
}
