import { read, remove, throughout, write } from '../../outcomes.ts'
import type { OperandRule } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { wordOf } from '../../slice-word.ts'
import { movesTo } from '../../transfers.ts'
import { unnamed } from '../write-files.ts'
import { command, makesBare, nothing, writesPaths } from './command.ts'
import { exchanging } from './exchanging.ts'
import { inspecting } from './inspecting.ts'

const committing =
  'q,quiet v,verbose author: date: m,message: c,reedit-message: C,reuse-message: fixup: squash: reset-author trailer: s,signoff e,edit cleanup: status S,gpg-sign? a,all i,include p,patch interactive o,only n,no-verify dry-run short branch ahead-behind porcelain long z,null amend no-post-rewrite u,untracked-files? allow-empty allow-empty-message'

const merging =
  'n stat summary log? squash commit e,edit cleanup: ff ff-only rerere-autoupdate verify-signatures X,strategy-option: m,message: into-name: v,verbose q,quiet abort quit continue allow-unrelated-histories progress S,gpg-sign? autostash overwrite-ignore signoff no-verify'

const picking =
  'quit continue abort skip cleanup: n,no-commit e,edit s,signoff m,mainline: rerere-autoupdate X,strategy-option: S,gpg-sign? x ff allow-empty allow-empty-message keep-redundant-commits reference'

/** `git apply` writes the files that a patch names, unless it only tells about them. */
const onlyLooks = ({ name }: { readonly name: string }): boolean =>
  /^(?:check|stat|numstat|summary)$/.test(name)

/** What is not tracked is removed, below the operands or everywhere below the directory. */
const cleans: OperandRule = (words, { options, isUncertain }) => {
  if (!isUncertain && options.some(({ name }) => name === 'n' || name === 'dry-run')) return []
  const at = words[0] ?? options[0]?.at
  const places = words.length > 0 || at === undefined ? words : [wordOf('.', at)]
  return throughout(
    places.flatMap((path) => remove({ ...path, isPossible: true })),
    'all'
  )
}

const changing: Readonly<Record<string, Profile>> = {
  add: command(
    'n,dry-run v,verbose i,interactive p,patch e,edit f,force u,update renormalize N,intent-to-add A,all ignore-removal refresh ignore-errors ignore-missing sparse chmod:',
    { reads: 'pathspec-from-file:' },
    undefined,
    true
  ),
  commit: command(
    committing,
    { reads: 'F,file: t,template: pathspec-from-file:' },
    undefined,
    true
  ),
  checkout: command(
    'b: B: l guess overlay q,quiet progress m,merge conflict: d,detach t,track? f,force orphan: overwrite-ignore ignore-other-worktrees 2,ours 3,theirs p,patch ignore-skip-worktree-bits recurse-submodules?',
    { reads: 'pathspec-from-file:' },
    writesPaths,
    true
  ),
  switch: command(
    'c,create: C,force-create: guess discard-changes q,quiet progress m,merge conflict: d,detach t,track? f,force orphan: overwrite-ignore ignore-other-worktrees recurse-submodules?',
    {},
    undefined,
    true
  ),
  restore: command(
    's,source: S,staged W,worktree ignore-unmerged overlay q,quiet progress m,merge conflict: 2,ours 3,theirs p,patch ignore-skip-worktree-bits',
    { reads: 'pathspec-from-file:' },
    (words) => throughout(words.flatMap(write), 'searched'),
    true
  ),
  reset: command(
    'q,quiet refresh mixed soft hard merge keep p,patch N,intent-to-add recurse-submodules?',
    { reads: 'pathspec-from-file:' },
    undefined,
    true
  ),
  rm: command(
    'n,dry-run q,quiet cached f,force r ignore-unmatch sparse',
    { reads: 'pathspec-from-file:' },
    (words, { options }) => {
      const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name))
      if (has(/^(?:cached|n|dry-run)$/)) return []
      return throughout(words.flatMap(remove), has(/^r$/) ? 'all' : undefined)
    },
    true
  ),
  mv: command('v,verbose n,dry-run f,force k sparse', {}, movesTo),
  clean: command('q,quiet n,dry-run f,force i,interactive d e,exclude: x X', {}, cleans, true),
  tag: command(
    'l,list n? d,delete v,verify a,annotate m,message: e,edit s,sign cleanup: u,local-user: f,force create-reflog column? contains? no-contains? merged? no-merged? sort: points-at: format: color? i,ignore-case',
    { reads: 'F,file:' },
    undefined,
    true
  ),
  merge: command(merging, { reads: 'F,file:', strategy: 's,strategy:' }),
  rebase: command(
    'onto: keep-base no-verify q,quiet v,verbose n,no-stat stat signoff committer-date-is-author-date reset-author-date C: ignore-whitespace whitespace: f,force-rebase no-ff continue skip abort quit show-current-patch apply m,merge i,interactive edit-todo rerere-autoupdate empty: autosquash update-refs S,gpg-sign? autostash r,rebase-merges? fork-point X,strategy-option: root reschedule-failed-exec reapply-cherry-picks',
    { strategy: 's,strategy:', runs: 'x,exec:' },
    undefined
  ),
  'cherry-pick': command(picking, { strategy: 'strategy:' }),
  revert: command(picking, { strategy: 'strategy:' }),
  am: command(
    'i,interactive 3,3way q,quiet s,signoff u,utf8 k,keep keep-non-patch m,message-id keep-cr c,scissors whitespace: ignore-space-change ignore-whitespace exclude: include: C: p: patch-format: reject continue r,resolved skip abort quit show-current-patch? allow-empty committer-date-is-author-date ignore-date S,gpg-sign?',
    {},
    (words) => [...words.flatMap(read), ...unnamed]
  ),
  apply: command(
    'exclude: include: p: no-add stat numstat summary check index N,intent-to-add cached 3,3way z C: whitespace: ignore-space-change ignore-whitespace R,reverse unidiff-zero reject allow-overlap v,verbose q,quiet inaccurate-eof recount allow-empty',
    { unknown: 'apply unsafe-paths directory: build-fake-ancestor:' },
    (words, { options }) => [...words.flatMap(read), ...(options.some(onlyLooks) ? [] : unnamed)]
  ),
  'format-patch': command(
    'n,numbered N,no-numbered s,signoff stdout cover-letter numbered-files start-number: v,reroll-count: rfc subject-prefix: k,keep-subject to: cc: from? in-reply-to: thread? base: progress M? C? stat no-stat p binary full-index U? root ignore-if-in-upstream zero-commit no-signature signature: q,quiet',
    { writes: 'o,output-directory: output:' }
  ),
  'hash-object': command(
    't: w stdin',
    { unknown: 'stdin-paths no-filters literally path:' },
    (words) => words.flatMap(read)
  ),
  'update-index': command(
    'q add remove refresh really-refresh chmod: assume-unchanged no-assume-unchanged skip-worktree no-skip-worktree'
  ),
  'write-tree': nothing,
  gc: command('q,quiet prune? cruft aggressive auto force keep-largest-pack'),
  prune: command('n,dry-run v,verbose progress expire:'),
  'pack-refs': command('all prune'),
  init: command(
    'bare shared? q,quiet b,initial-branch: object-format:',
    { unknown: 'template: separate-git-dir:' },
    (words, { options }) => [
      ...words.flatMap(write),
      ...options.flatMap(({ name, at }) =>
        name === 'bare' ? makesBare(words[0] ?? wordOf('.', at)) : []
      )
    ]
  )
}

/** The subcommands of git that are understood; every other one may be an alias or run programs. */
export const gitCommands: ReadonlyMap<string, Profile> = new Map(
  Object.entries({ ...inspecting, ...changing, ...exchanging })
)
