import type { OptionSections } from '../../option-table.ts'

/** Options of git's diff machinery. `--ext-diff` and `--textconv` run programs that settings name. */
const diffOptions =
  'p,patch u s,no-patch raw patch-with-raw patch-with-stat numstat shortstat X,dirstat? cumulative dirstat-by-file? check summary name-only name-status stat? stat-width: stat-name-width: stat-graph-width: stat-count: compact-summary binary full-index color? no-color ws-error-highlight: z abbrev? no-abbrev src-prefix: dst-prefix: line-prefix: no-prefix default-prefix inter-hunk-context: output-indicator-new: output-indicator-old: output-indicator-context: B,break-rewrites? M,find-renames? D,irreversible-delete C,find-copies? find-copies-harder no-renames rename-empty no-rename-empty follow l: minimal w,ignore-all-space b,ignore-space-change ignore-space-at-eol ignore-cr-at-eol ignore-blank-lines I,ignore-matching-lines: indent-heuristic no-indent-heuristic patience histogram diff-algorithm: anchored: word-diff? word-diff-regex: color-words? color-moved? no-color-moved color-moved-ws: relative? no-relative a,text R exit-code quiet ignore-submodules? submodule? ita-invisible-in-index ita-visible-in-index S: G: pickaxe-all pickaxe-regex rotate-to: skip-to: find-object: diff-filter: U,unified? W,function-context no-ext-diff no-textconv cached staged merge-base base ours theirs 0 1 2 3 c cc combined-all-paths diff-merges: no-diff-merges remerge-diff dd r t m'

const diffDangers = 'ext-diff textconv'

/** Options that choose and show commits. */
const logOptions =
  'oneline decorate? no-decorate decorate-refs: decorate-refs-exclude: graph no-graph all branches? tags? remotes? glob: exclude: not since: after: until: before: author: committer: grep: grep-reflog: all-match invert-grep i,regexp-ignore-case E,extended-regexp F,fixed-strings P,perl-regexp basic-regexp max-count: n: skip: max-age: min-age: merges no-merges min-parents: max-parents: no-min-parents no-max-parents first-parent cherry-pick cherry-mark cherry left-right left-only right-only walk-reflogs g merge reverse date-order topo-order author-date-order parents children boundary simplify-by-decoration full-history dense sparse simplify-merges ancestry-path? show-pulls pretty? format? abbrev-commit no-abbrev-commit date: relative-date encoding: expand-tabs? no-expand-tabs notes? no-notes show-notes? show-signature source use-mailmap mailmap no-mailmap log-size show-linear-break? full-diff ignore-missing reflog count objects left-right timestamp bisect no-walk? do-walk in-commit-order x'

const uniqueWords = (text: string): string => [...new Set(text.split(' '))].join(' ')

/** The options of `git diff` and of commands that take all of them. */
export const diffSections: OptionSections = {
  harmless: `${diffOptions} no-index v`,
  reads: 'O:',
  writes: 'output:',
  unknown: diffDangers
}

/** The options of `git log` and its relatives. */
export const logSections: OptionSections = {
  harmless: withoutTwice(diffOptions, uniqueWords(logOptions)),
  reads: 'O:',
  lines: 'L:',
  writes: 'output:',
  unknown: `${diffDangers} stdin`
}

/** Two lists without the second one's entries that the first one has. */
function withoutTwice(first: string, second: string): string {
  const known = new Set(first.split(' ').flatMap(namesOf))
  const others = second
    .split(' ')
    .filter((entry) => !namesOf(entry).some((name) => known.has(name)))
  return `${first} ${others.join(' ')}`
}

function namesOf(entry: string): readonly string[] {
  return entry.replace(/(?<![:?])[:?]+$/, '').split(',')
}

/** Flags that decide whether anything is changed. Who takes one back hides what a command does. */
const deciding = /^(?:dry-run|cached|list|get(?:-.*)?|show-current|index|summary|stdout)$/

/** A list with the negation of every long flag in it: git understands `--no-` before each. */
export function negatable(list: string): string {
  const entries = list.split(' ').filter((entry) => entry !== '')
  const known = new Set(entries.flatMap(namesOf))
  const negations = entries
    .flatMap(namesOf)
    .filter((name) => name.length > 1 && !name.startsWith('no-') && !deciding.test(name))
    .filter((name) => !known.has(`no-${name}`))
    .map((name) => `no-${name}`)
  return [...entries, ...negations].join(' ')
}
