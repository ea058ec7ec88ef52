/**
 * What else a program does the same to as to a path: `all` that is below it; all that, and what links
 * inside lead to (`followed`); all that, which keeps its name at another place (`moved`); or all that, of which
 * only what is found in it is shown (`searched`).
 */
export type Tree = 'all' | 'followed' | 'moved' | 'searched'

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
  /** Set on a path by a program that goes through a directory. */
  readonly tree?: Tree
  /** Set on a glob that stands for the end of a word of which the beginning is no part of the path. */
  readonly mayBeHidden?: true
  /** Set on what may be a path or something else: only rules that restrict are asked about it. */
  readonly isPossible?: true
  /** Of what is below it, only files with such names: texts in which `*` is anything. */
  readonly named?: readonly string[]
  /** Set by a program that shows of what a file holds only what it finds in it, or how much that is. */
  readonly isSearched?: true
  /** Set by a program that shows of it only what a list of its directory shows as well. */
  readonly isListed?: true
  /** Set where the word stands for paths at or below these: what `find` puts in the place of `{}`. */
  readonly below?: readonly Word[]
  /** Where it starts in the command as written, in UTF-16 code units. */
  readonly start: number
  /** Where it ends: the first position after it. */
  readonly end: number
}
