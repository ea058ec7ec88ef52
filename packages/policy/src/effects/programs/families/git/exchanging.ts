import { withoutSlashes } from '../../../path-ends.ts'
import type { Word } from '../../../shell/word.ts'
import { write } from '../../outcomes.ts'
import type { OperandRule } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { wordAt, wordOf } from '../../slice-word.ts'
import { command, makesBare, nested, nothing, ofRemote, toRemote } from './command.ts'
import { bisect, lfs, remote, stash, submodule, worktree } from './nested-commands.ts'
import { repositoryEffects } from './remote-url.ts'

/** Without a directory, a repository gets the last part of its address. */
function nameOf(address: Word): Word {
  const { text } = address
  const name =
    text &&
    withoutSlashes(text)
      .replace(/\/?\.git$/, '')
      .split(/[/:]/)
      .pop()
  return wordAt(address, name, name ?? '')
}

const clone: OperandRule = ([first, second], { options }) => [
  ...(first === undefined ? [] : repositoryEffects(first)),
  ...((second ?? first) ? write(second ?? nameOf(first as Word)) : []),
  ...options.flatMap(({ name, at }) =>
    name === 'bare' || name === 'mirror' ? makesBare(second ?? wordOf('repository.git', at)) : []
  )
]

const transferring =
  'v,verbose q,quiet progress all atomic f,force t,tags n p,prune dry-run k,keep depth: shallow-since: shallow-exclude: deepen: unshallow update-shallow refmap: 4,ipv4 6,ipv6 negotiation-tip: show-forced-updates set-upstream a,append filter: auto-maintenance auto-gc'

const cloneLocal =
  'v,verbose q,quiet progress reject-shallow n,no-checkout bare mirror l,local no-hardlinks s,shared j,jobs: dissociate o,origin: b,branch: depth: shallow-since: shallow-exclude: single-branch no-tags shallow-submodules 4,ipv4 6,ipv6 filter: also-filter-submodules sparse'

/** Subcommands that exchange with other repositories, or have subcommands of their own. */
export const exchanging: Readonly<Record<string, Profile>> = {
  push: command(
    'v,verbose q,quiet all mirror d,delete tags n,dry-run porcelain f,force force-with-lease? force-if-includes thin u,set-upstream progress prune no-verify follow-tags signed? atomic o,push-option: 4,ipv4 6,ipv6',
    { target: 'repo:', unknown: 'receive-pack: exec: recurse-submodules:' },
    toRemote
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
  stash: (args) => (args.length === 0 ? [] : nested(stash)(args)),
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
  notes: nested({
    '': nothing,
    list: nothing,
    show: nothing,
    add: command('f,force m,message: allow-empty c: C:', { reads: 'F,file:' }),
    append: command('m,message: allow-empty', { reads: 'F,file:' }),
    remove: nothing,
    copy: command('f,force')
  })
}
