import type { Word } from '../../../shell/word.ts'
import { read, remove, run, script, unknown, write } from '../../outcomes.ts'
import { type OperandRule, type ProgramSpec, program } from '../../program.ts'
import type { Profile, ProgramEffect } from '../../program-effect.ts'
import { sliceWord } from '../../slice-word.ts'
import { configEffects } from './config-keys.ts'
import { diffSections, logSections, negatable } from './options.ts'
import { remoteEffects, repositoryEffects } from './remote-url.ts'

/** Operands that lead out of the repository, or into a stored file, are read. */
const readsPaths: OperandRule = (operands) =>
  operands.flatMap((word) => {
    if (/^(?:\/|~|\.\.(?:\/|$))/.test(word.prefix)) return read(word)
    const colon = word.text?.indexOf(':') ?? -1
    return colon > 0 && colon + 1 < (word.text ?? '').length ? read(sliceWord(word, colon + 1)) : []
  })

const diffs: OperandRule = (operands, parsed) =>
  parsed.options.some(({ name }) => name === 'no-index')
    ? operands.flatMap(read)
    : readsPaths(operands, parsed)

const ofRemote: OperandRule = ([first]) => remoteEffects(first)

const strategies = /^(?:ours|recursive|resolve|octopus|subtree|ort)$/
const gitRoles: NonNullable<ProgramSpec['roles']> = {
  strategy: ({ value, at }) =>
    strategies.test(value?.text ?? '') ? [] : [unknown('a strategy of git is a program', at)],
  runs: ({ value, at }) => [
    unknown('what it runs is run while history changes', at),
    ...(value === undefined ? [] : script(value, 'sh'))
  ],
  repository: ({ value, at }) =>
    value === undefined ? [unknown('an option has no value', at)] : remoteEffects(value)
}

/** One subcommand; every flag in its list may be negated. */
function command(
  harmless: string,
  sections: Readonly<Record<string, string>> = {},
  operands: OperandRule = readsPaths,
  isHarmless = false
): Profile {
  const options = { harmless: negatable(harmless), ...sections }
  return program({ options, roles: gitRoles, operands, isHarmless, takesNumbers: true })
}

/** A subcommand with subcommands of its own. */
function nested(commands: Readonly<Record<string, Profile>>): Profile {
  const table = new Map(Object.entries(commands))
  return (args) => {
    const [first, ...rest] = args
    const name = first?.text ?? (first === undefined ? '' : undefined)
    const profile = name === undefined ? undefined : table.get(name)
    if (profile !== undefined) return profile(rest)
    const bare = first?.prefix.startsWith('-') === true ? table.get('') : undefined
    return bare === undefined ? [unknown('a subcommand is not understood', first)] : bare(args)
  }
}

const nothing: Profile = command('v,verbose q,quiet', {}, () => [], true)

const clone: OperandRule = ([first, second]) => [
  ...(first === undefined ? [] : repositoryEffects(first)),
  ...(second === undefined ? [] : write(second))
]

const transferring =
  'v,verbose q,quiet progress all atomic f,force t,tags n p,prune dry-run k,keep depth: shallow-since: shallow-exclude: deepen: unshallow update-shallow refmap: 4,ipv4 6,ipv6 negotiation-tip: show-forced-updates set-upstream a,append filter: auto-maintenance auto-gc'

const cloneLocal =
  'v,verbose q,quiet progress reject-shallow n,no-checkout bare mirror l,local no-hardlinks s,shared j,jobs: dissociate o,origin: b,branch: depth: shallow-since: shallow-exclude: single-branch no-tags shallow-submodules 4,ipv4 6,ipv6 filter: also-filter-submodules sparse'

const committing =
  'q,quiet v,verbose author: date: m,message: c,reedit-message: C,reuse-message: fixup: squash: reset-author trailer: s,signoff e,edit cleanup: status S,gpg-sign? a,all i,include p,patch interactive o,only n,no-verify dry-run short branch ahead-behind porcelain long z,null amend no-post-rewrite u,untracked-files? allow-empty allow-empty-message'

const merging =
  'n stat summary log? squash commit e,edit cleanup: ff ff-only rerere-autoupdate verify-signatures X,strategy-option: m,message: into-name: v,verbose q,quiet abort quit continue allow-unrelated-histories progress S,gpg-sign? autostash overwrite-ignore signoff no-verify'

const picking =
  'quit continue abort skip cleanup: n,no-commit e,edit s,signoff m,mainline: rerere-autoupdate X,strategy-option: S,gpg-sign? x ff allow-empty allow-empty-message keep-redundant-commits reference'

const stash = {
  push: command(
    'p,patch S,staged k,keep-index q,quiet u,include-untracked a,all m,message:',
    {},
    undefined,
    true
  ),
  save: command(
    'p,patch S,staged k,keep-index q,quiet u,include-untracked a,all',
    {},
    undefined,
    true
  ),
  pop: command('index q,quiet', {}, undefined, true),
  apply: command('index q,quiet', {}, undefined, true),
  drop: command('q,quiet', {}, undefined, true),
  list: program({ options: logSections, takesNumbers: true }),
  show: program({ options: diffSections, takesNumbers: true }),
  clear: nothing,
  branch: nothing,
  create: nothing,
  store: command('m,message: q,quiet', {}, undefined, true),
  '': command('p,patch S,staged k,keep-index q,quiet u,include-untracked a,all m,message:')
}

const remote = {
  '': command('v,verbose'),
  add: command('t: m: f,fetch tags mirror?', {}, ([, url]) =>
    url === undefined ? [] : repositoryEffects(url)
  ),
  'set-url': command('push add delete', {}, (words) => words.slice(1).flatMap(repositoryEffects)),
  'get-url': nothing,
  show: command('n'),
  remove: nothing,
  rm: nothing,
  rename: nothing,
  prune: command('n,dry-run'),
  update: command('p,prune'),
  'set-branches': command('add'),
  'set-head': command('a,auto d,delete')
}

const worktree = {
  add: command(
    'f,force d,detach checkout lock reason: b: B: orphan q,quiet track guess-remote',
    {},
    (words) => words.slice(0, 1).flatMap(write)
  ),
  list: command('porcelain v,verbose z expire:'),
  remove: command('f,force', {}, (words) => words.flatMap(remove)),
  prune: command('n,dry-run v,verbose expire:'),
  lock: command('reason:'),
  unlock: nothing
}

const submodule = {
  '': command('q,quiet'),
  status: command('cached recursive q,quiet'),
  summary: command('cached files n,summary-limit:'),
  init: nothing,
  update: command(
    'init recursive remote N,no-fetch f,force checkout merge rebase depth: j,jobs: single-branch progress q,quiet recommend-shallow'
  ),
  sync: command('recursive q,quiet'),
  deinit: command('f,force all q,quiet'),
  add: command('b: f,force q,quiet name: depth: progress', {}, ([url, path]) => [
    ...(url === undefined ? [] : repositoryEffects(url)),
    ...(path === undefined ? [] : write(path))
  ]),
  foreach: foreach
}

/** `git submodule foreach` gives its words to a shell. */
function foreach(args: readonly Word[]): readonly ProgramEffect[] {
  const words = args[0]?.text === '--recursive' ? args.slice(1) : args
  const [first] = words
  const elsewhere = unknown('what it runs is run in other directories', first)
  return words.length === 1 && first !== undefined
    ? [elsewhere, ...script(first, 'sh')]
    : [elsewhere, ...run(words)]
}

const bisect = {
  start: command('no-checkout first-parent term-good: term-old: term-bad: term-new:'),
  good: nothing,
  bad: nothing,
  old: nothing,
  new: nothing,
  skip: nothing,
  reset: nothing,
  log: nothing,
  terms: nothing,
  next: nothing,
  run: (args: readonly Word[]) => run(args)
}

const lfs = {
  version: nothing,
  env: nothing,
  status: nothing,
  'ls-files': nothing,
  track: nothing,
  untrack: nothing,
  pull: nothing,
  fetch: nothing,
  checkout: nothing,
  prune: nothing
}

/** The subcommands of git that are understood; every other one may be an alias or run programs. */
export const gitCommands: ReadonlyMap<string, Profile> = new Map(
  Object.entries({
    status: command(
      'v,verbose s,short b,branch show-stash ahead-behind porcelain? long z,null u,untracked-files? ignored? ignore-submodules? column? no-renames M,find-renames?',
      {},
      undefined,
      true
    ),
    diff: program({ options: diffSections, operands: diffs, takesNumbers: true }),
    log: program({ options: logSections, operands: readsPaths, takesNumbers: true }),
    show: program({ options: logSections, operands: readsPaths, takesNumbers: true }),
    whatchanged: program({ options: logSections, operands: readsPaths, takesNumbers: true }),
    'rev-list': program({ options: logSections, operands: readsPaths, takesNumbers: true }),
    'diff-tree': program({ options: logSections, operands: readsPaths }),
    'diff-index': program({ options: diffSections, operands: readsPaths }),
    'diff-files': program({ options: diffSections, operands: readsPaths }),
    reflog: nested({
      '': program({ options: logSections, takesNumbers: true }),
      show: program({ options: logSections, takesNumbers: true }),
      exists: nothing,
      expire: command(
        'expire: expire-unreachable: updateref rewrite stale-fix n,dry-run verbose all'
      ),
      delete: command('rewrite updateref n,dry-run verbose')
    }),
    shortlog: program({
      options: {
        ...logSections,
        harmless:
          'c,committer n,numbered s,summary e,email group: all since: until: after: before: no-merges format: date: author:'
      }
    }),
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
    push: command(
      'v,verbose q,quiet all mirror d,delete tags n,dry-run porcelain f,force force-with-lease? force-if-includes thin u,set-upstream progress prune no-verify follow-tags signed? atomic o,push-option: 4,ipv4 6,ipv6',
      { repository: 'repo:', unknown: 'receive-pack: exec: recurse-submodules:' },
      ofRemote
    ),
    fetch: command(
      `${transferring} j,jobs: prefetch P,prune-tags u,update-head-ok refetch negotiate-only write-fetch-head write-commit-graph`,
      { unknown: 'upload-pack: o,server-option: recurse-submodules? stdin m,multiple' },
      ofRemote
    ),
    pull: command(
      `${transferring} j,jobs? r,rebase? stat log? signoff squash commit edit cleanup: ff ff-only verify verify-signatures autostash X,strategy-option: S,gpg-sign? allow-unrelated-histories`,
      { strategy: 's,strategy:', unknown: 'upload-pack: o,server-option: recurse-submodules?' },
      ofRemote
    ),
    clone: command(
      cloneLocal,
      {
        unknown:
          'u,upload-pack: c,config: template: recurse-submodules? recursive? reference: reference-if-able: separate-git-dir: server-option: remote-submodules bundle-uri:'
      },
      clone
    ),
    'ls-remote': command(
      'q,quiet t,tags h,heads b,branches refs get-url sort: exit-code symref',
      { unknown: 'upload-pack: exec: o,server-option:' },
      ofRemote
    ),
    branch: command(
      'v,verbose q,quiet t,track? u,set-upstream-to: unset-upstream color? r,remotes contains? no-contains? abbrev? a,all d,delete D m,move M c,copy C l,list show-current create-reflog edit-description f,force merged? no-merged? column? sort: points-at: i,ignore-case format:',
      {},
      undefined,
      true
    ),
    checkout: command(
      'b: B: l guess overlay q,quiet progress m,merge conflict: d,detach t,track? f,force orphan: overwrite-ignore ignore-other-worktrees 2,ours 3,theirs p,patch ignore-skip-worktree-bits recurse-submodules?',
      { reads: 'pathspec-from-file:' },
      undefined,
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
      (words) => words.flatMap(write),
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
      (words, { options }) =>
        options.some(({ name }) => /^(?:cached|n|dry-run)$/.test(name))
          ? []
          : words.flatMap(remove),
      true
    ),
    mv: command('v,verbose n,dry-run f,force k sparse', {}, (words) => [
      ...words.slice(0, -1).flatMap((path) => [...read(path), ...remove(path)]),
      ...words.slice(-1).flatMap(write)
    ]),
    clean: command('q,quiet n,dry-run f,force i,interactive d e,exclude: x X', {}, undefined, true),
    stash: (args) => (args.length === 0 ? [] : nested(stash)(args)),
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
      (words) => words.flatMap(read)
    ),
    apply: command(
      'exclude: include: p: no-add stat numstat summary check index N,intent-to-add cached apply 3,3way z C: whitespace: ignore-space-change ignore-whitespace R,reverse unidiff-zero reject allow-overlap v,verbose q,quiet inaccurate-eof recount allow-empty',
      { unknown: 'unsafe-paths directory: build-fake-ancestor:' },
      (words) => words.flatMap(read)
    ),
    'format-patch': command(
      'n,numbered N,no-numbered s,signoff stdout cover-letter numbered-files start-number: v,reroll-count: rfc subject-prefix: k,keep-subject to: cc: from? in-reply-to: thread? base: progress M? C? stat no-stat p binary full-index U? root ignore-if-in-upstream zero-commit no-signature signature: q,quiet',
      { writes: 'o,output-directory: output:' }
    ),
    archive: command('format: prefix: worktree-attributes v,verbose l,list', {
      reads: 'add-file:',
      writes: 'o,output:',
      repository: 'remote:',
      unknown: 'exec: add-virtual-file:'
    }),
    remote: (args) => (args.length === 0 ? [] : nested(remote)(args)),
    worktree: nested(worktree),
    submodule: (args) => (args.length === 0 ? [] : nested(submodule)(args)),
    bisect: nested(bisect),
    lfs: nested(lfs),
    config: command(
      'global system local worktree get get-all get-regexp get-urlmatch replace-all add unset unset-all l,list fixed-value get-color get-colorbool t,type: bool int bool-or-int bool-or-str path expiry-date z,null name-only includes show-origin show-scope default: all value: url: regexp',
      { unknown: 'f,file: blob: e,edit rename-section remove-section' },
      (words, { options }) => configEffects(words, options)
    ),
    grep: command(
      'cached no-index untracked exclude-standard recurse-submodules v,invert-match i,ignore-case w,word-regexp a,text I r,recursive max-depth: E,extended-regexp G,basic-regexp F,fixed-strings P,perl-regexp n,line-number column h H full-name l,files-with-matches,name-only L,files-without-match z,null o,only-matching c,count color? break heading C,context: B,before-context: A,after-context: threads: p,show-function W,function-context e: and or not q,quiet all-match m,max-count:',
      { reads: 'f:', unknown: 'O,open-files-in-pager? ext-grep textconv' },
      (words, parsed) =>
        parsed.options.some(({ name }) => name === 'no-index')
          ? words.flatMap(read)
          : readsPaths(words, parsed)
    ),
    blame: command(
      'incremental b root show-stats progress score-debug f,show-name n,show-number p,porcelain line-porcelain c t l s e,show-email w ignore-rev: color-lines color-by-age minimal C? M? L: abbrev? since: date:',
      { reads: 'ignore-revs-file: S: contents:' },
      undefined,
      true
    ),
    annotate: command('l t p porcelain', {}, undefined, true),
    describe: command(
      'contains debug all tags long first-parent abbrev? exact-match candidates: match: exclude: always dirty? broken?',
      {},
      undefined,
      true
    ),
    'rev-parse': command(
      'abbrev-ref? verify short? q,quiet symbolic symbolic-full-name all branches? tags? remotes? show-toplevel show-cdup show-prefix git-dir absolute-git-dir git-common-dir git-path: is-inside-git-dir is-inside-work-tree is-bare-repository is-shallow-repository revs-only no-revs flags no-flags default: sq show-superproject-working-tree path-format: since: until: show-object-format? disambiguate: show-ref-format',
      {},
      undefined,
      true
    ),
    'ls-files': command(
      'z t v f c,cached d,deleted m,modified o,others i,ignored s,stage k,killed directory eol empty-directory u,unmerged resolve-undo x,exclude: exclude-per-directory: exclude-standard full-name recurse-submodules error-unmatch with-tree: abbrev? debug deduplicate sparse format:',
      { reads: 'X,exclude-from:' },
      undefined,
      true
    ),
    'ls-tree': command(
      'd r t z l,long name-only name-status object-only full-name full-tree format: abbrev?',
      {},
      undefined,
      true
    ),
    'cat-file': command(
      'e p t s allow-unknown-type use-mailmap mailmap batch? batch-check? batch-command? z Z batch-all-objects buffer follow-symlinks unordered',
      { unknown: 'textconv filters path:' }
    ),
    'merge-base': command('a,all octopus independent is-ancestor fork-point', {}, undefined, true),
    'name-rev': command(
      'name-only tags refs: exclude: all stdin annotate-stdin undefined always',
      {},
      undefined,
      true
    ),
    'for-each-ref': command(
      's,shell p,perl python tcl count: format: color? sort: points-at: merged? no-merged? contains? no-contains? ignore-case',
      {},
      undefined,
      true
    ),
    'show-ref': command(
      'tags heads branches verify exists head d,dereference s,hash? abbrev? q,quiet exclude-existing?',
      {},
      undefined,
      true
    ),
    'symbolic-ref': command('q,quiet d,delete short recurse m:', {}, undefined, true),
    'show-branch': command(
      'a,all r,remotes color? more? list merge-base independent topo-order date-order reflog? current no-name sha1-name topics',
      {},
      undefined,
      true
    ),
    'range-diff': program({
      options: {
        ...diffSections,
        harmless: `${diffSections['harmless']} creation-factor: no-dual-color left-only right-only notes?`
      },
      takesNumbers: true
    }),
    'check-ignore': command(
      'q,quiet v,verbose stdin z n,non-matching no-index',
      {},
      undefined,
      true
    ),
    'check-attr': command('a,all cached stdin z', {}, undefined, true),
    'check-ref-format': command(
      'allow-onelevel branch normalize refspec-pattern',
      {},
      undefined,
      true
    ),
    'hash-object': command(
      't: w stdin',
      { unknown: 'stdin-paths no-filters literally path:' },
      (words) => words.flatMap(read)
    ),
    'update-index': command(
      'q add remove refresh really-refresh chmod: assume-unchanged no-assume-unchanged skip-worktree no-skip-worktree'
    ),
    'count-objects': nothing,
    'verify-commit': command('v,verbose raw'),
    'verify-tag': command('v,verbose raw'),
    'write-tree': nothing,
    'rev-name': nothing,
    cherry: nothing,
    fsck: command(
      'v,verbose unreachable dangling tags root cache reflogs full connectivity-only strict lost-found progress name-objects',
      {},
      undefined,
      true
    ),
    gc: command('q,quiet prune? cruft aggressive auto force keep-largest-pack'),
    prune: command('n,dry-run v,verbose progress expire:'),
    'pack-refs': command('all prune'),
    notes: nested({
      '': nothing,
      list: nothing,
      show: nothing,
      add: command('f,force m,message: allow-empty c: C:', { reads: 'F,file:' }),
      append: command('m,message: allow-empty', { reads: 'F,file:' }),
      remove: nothing,
      copy: command('f,force')
    }),
    init: command(
      'bare shared? q,quiet b,initial-branch: object-format:',
      { unknown: 'template: separate-git-dir:' },
      (words) => words.flatMap(write)
    ),
    help: command('a,all g,guides m,man c,config', { unknown: 'w,web i,info' }),
    version: command('build-options'),
    var: nothing
  })
)
