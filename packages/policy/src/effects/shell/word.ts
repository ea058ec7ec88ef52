/** One word of a command after expansion, as far as it can be known without running anything. */
export interface Word {
  /** The text after quote removal and expansion; undefined when a part of it cannot be known. */
  readonly text: string | undefined
  /** What is known of its beginning: the whole text, or the part before the first unknown piece. */
  readonly prefix: string
  /**
   * Whether it is always exactly one word. An unquoted expansion or glob may become none or several,
   * each of which may look like an option.
   */
  readonly isSingle: boolean
  /**
   * Set where a word that is not single can only become words that all start with `prefix`: a glob
   * such as `src/*.ts` or a brace expansion with a common start, but no unquoted expansion.
   */
  readonly allStartWithPrefix?: boolean
  /** Where it starts in the command as written, in UTF-16 code units. */
  readonly start: number
  /** Where it ends: the first position after it. */
  readonly end: number
}
