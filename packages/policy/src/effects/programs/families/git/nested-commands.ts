import type { Word } from '../../../shell/word.ts'
import { remove, run, script, unknown, write } from '../../outcomes.ts'
import { program } from '../../program.ts'
import type { Profile, ProgramEffect } from '../../program-effect.ts'
import { command, logging, nothing } from './command.ts'
import { diffSections } from './options.ts'
import { repositoryEffects } from './remote-url.ts'

type Commands = Readonly<Record<string, Profile>>

/** Subcommands of `git stash`; it pushes by default. */
export const stash: Commands = {
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
  list: logging(),
  show: program({ options: diffSections, takesNumbers: true }),
  clear: nothing,
  branch: nothing,
  create: nothing,
  store: command('m,message: q,quiet', {}, undefined, true),
  '': command('p,patch S,staged k,keep-index q,quiet u,include-untracked a,all m,message:')
}

/** Subcommands of `git remote`. */
export const remote: Commands = {
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

/** Subcommands of `git worktree`. */
export const worktree: Commands = {
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

/** Subcommands of `git submodule`; `foreach` gives its words to a shell. */
export const submodule: Commands = {
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

/** Subcommands of `git bisect`; `run` runs its words. */
export const bisect: Commands = {
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

/** Subcommands of the common extension for large files. */
export const lfs: Commands = {
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
