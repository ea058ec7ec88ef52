import { read, throughout } from '../../outcomes.ts'
import type { ParsedArguments } from '../../parse-arguments.ts'
import { program } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { wordOf } from '../../slice-word.ts'
import { command, diffs, logging, nested, nothing, showsPaths } from './command.ts'
import { configEffects } from './config-keys.ts'
import { diffSections } from './options.ts'

/** Whether an option of `git grep` gives what is searched for, so that all operands are places. */
const isGiven = ({ options, isUncertain }: ParsedArguments): boolean =>
  isUncertain || options.some(({ name }) => name === 'e' || name === 'f')

/** Subcommands that show what a repository holds. */
export const inspecting: Readonly<Record<string, Profile>> = {
  status: command(
    'v,verbose s,short b,branch show-stash ahead-behind porcelain? long z,null u,untracked-files? ignored? ignore-submodules? column? no-renames M,find-renames?',
    {},
    undefined,
    true
  ),
  diff: program({ options: diffSections, operands: diffs, takesNumbers: true }),
  log: logging(showsPaths),
  show: logging(showsPaths),
  whatchanged: logging(showsPaths),
  'rev-list': logging(showsPaths),
  'diff-tree': logging(showsPaths),
  'diff-index': program({ options: diffSections, operands: showsPaths }),
  'diff-files': program({ options: diffSections, operands: showsPaths }),
  reflog: nested({
    '': logging(),
    show: logging(),
    exists: nothing,
    expire: command(
      'expire: expire-unreachable: updateref rewrite stale-fix n,dry-run verbose all'
    ),
    delete: command('rewrite updateref n,dry-run verbose')
  }),
  shortlog: program({
    options: {
      ...diffSections,
      harmless:
        'c,committer n,numbered s,summary e,email group: all since: until: after: before: no-merges format: date: author:'
    }
  }),
  branch: command(
    'v,verbose q,quiet t,track? u,set-upstream-to: unset-upstream color? r,remotes contains? no-contains? abbrev? a,all d,delete D m,move M c,copy C l,list show-current create-reflog edit-description f,force merged? no-merged? column? sort: points-at: i,ignore-case format:',
    {},
    undefined,
    true
  ),
  config: command(
    'global system local worktree get get-all get-regexp get-urlmatch replace-all add unset unset-all l,list fixed-value get-color get-colorbool t,type: bool int bool-or-int bool-or-str path expiry-date z,null name-only includes show-origin show-scope default: all value: url: regexp',
    { unknown: 'f,file: blob: e,edit rename-section remove-section' },
    (words, { options }) => configEffects(words, options)
  ),
  grep: command(
    'cached no-index untracked exclude-standard recurse-submodules v,invert-match i,ignore-case w,word-regexp a,text I r,recursive max-depth: E,extended-regexp G,basic-regexp F,fixed-strings P,perl-regexp n,line-number column h H full-name l,files-with-matches,name-only L,files-without-match z,null o,only-matching c,count color? break heading C,context: B,before-context: A,after-context: threads: p,show-function W,function-context e: and or not q,quiet all-match m,max-count:',
    { reads: 'f:', unknown: 'O,open-files-in-pager? ext-grep textconv' },
    (words, parsed) => {
      const places = words.slice(isGiven(parsed) ? 0 : 1)
      const searches = parsed.options.find(({ name }) => /^(?:no-index|untracked)$/.test(name))
      if (searches === undefined && places.length > 0) return showsPaths(places, parsed)
      const at = searches?.at ?? words[0] ?? parsed.options[0]?.at
      const starts = places.length > 0 || at === undefined ? places : [wordOf('.', at)]
      return throughout(starts.flatMap(read), 'searched')
    }
  ),
  blame: command(
    'incremental b root show-stats progress score-debug f,show-name n,show-number p,porcelain line-porcelain c t l s e,show-email w ignore-rev: color-lines color-by-age minimal C? M? L: abbrev? since: date:',
    { reads: 'ignore-revs-file: S: contents:' },
    showsPaths,
    true
  ),
  annotate: command('l t p porcelain', {}, showsPaths, true),
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
    'e p t s allow-unknown-type use-mailmap mailmap batch-check? z Z batch-all-objects buffer follow-symlinks unordered',
    { unknown: 'textconv filters path: batch? batch-command?' },
    showsPaths
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
  'check-ignore': command('q,quiet v,verbose stdin z n,non-matching no-index', {}, undefined, true),
  'check-attr': command('a,all cached stdin z', {}, undefined, true),
  'check-ref-format': command(
    'allow-onelevel branch normalize refspec-pattern',
    {},
    undefined,
    true
  ),
  'count-objects': nothing,
  'verify-commit': command('v,verbose raw'),
  'verify-tag': command('v,verbose raw'),
  cherry: nothing,
  fsck: command(
    'v,verbose unreachable dangling tags root cache reflogs full connectivity-only strict lost-found progress name-objects',
    {},
    undefined,
    true
  ),
  help: command('a,all g,guides m,man c,config', { unknown: 'w,web i,info' }),
  version: command('build-options'),
  var: nothing
}
