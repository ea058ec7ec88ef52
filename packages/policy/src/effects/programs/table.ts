import { archives } from './families/archives.ts'
import { buildTools } from './families/build-tools.ts'
import { carriers } from './families/carriers.ts'
import { compilers } from './families/compilers.ts'
import { containers } from './families/containers.ts'
import { databases } from './families/databases.ts'
import { downloads } from './families/downloads.ts'
import { finders } from './families/find.ts'
import { versionControl } from './families/git/index.ts'
import { interpreters } from './families/interpreters.ts'
import { listFiles } from './families/list-files.ts'
import { networkTools } from './families/network-tools.ts'
import { javascriptPackages } from './families/package-managers/javascript.ts'
import { managedRunners, otherPackages } from './families/package-managers/others.ts'
import { printers } from './families/printers.ts'
import { readFiles } from './families/read-files.ts'
import { remoteShells } from './families/remote-shells.ts'
import { search } from './families/search.ts'
import { shells } from './families/shells.ts'
import { system } from './families/system.ts'
import { textTools } from './families/text-tools.ts'
import { users } from './families/users.ts'
import { viewers } from './families/viewers.ts'
import { wrappers } from './families/wrappers.ts'
import { writeFiles } from './families/write-files.ts'
import type { Family } from './family.ts'
import type { Profile } from './program-effect.ts'
import { wordOf } from './slice-word.ts'

/** The families of programs, in the order of the documentation. */
export const families: Readonly<Record<string, Family>> = {
  readFiles,
  listFiles,
  search,
  writeFiles,
  finders,
  textTools,
  archives,
  downloads,
  remoteShells,
  versionControl,
  wrappers,
  users,
  carriers,
  shells,
  interpreters,
  buildTools,
  compilers,
  containers,
  databases,
  javascriptPackages,
  otherPackages,
  managedRunners,
  networkTools,
  printers,
  viewers,
  system
}

const profiles: ReadonlyMap<string, Profile> = joined()

function joined(): ReadonlyMap<string, Profile> {
  const all = new Map<string, Profile>()
  for (const [name, profile] of Object.values(families).flatMap((entries) => [...entries])) {
    if (all.has(name)) throw new Error(`program in two families: ${name}`)
    all.set(name, profile)
  }
  return all
}

/**
 * What a program does with its arguments, by its base name; undefined for a program without a
 * profile, which is judged by the text of its command alone. Other spellings of a known name are the
 * same program: `Bash` where the disk ignores case, `python3.12`, `bash.exe`, `vim.basic`, `git-log`.
 */
export function profileOf(name: string): Profile | undefined {
  const lower = name.toLowerCase().replace(/\.exe$/, '')
  return (
    profiles.get(name) ??
    profiles.get(lower) ??
    profiles.get(
      lower.replace(/(?:-?(?<!\d|\d\.)\d+(?:\.\d+)*|\.(?:basic|tiny|nox|gtk3?|athena))$/, '')
    ) ??
    dashed(lower)
  )
}

/** A subcommand of git by its own name. */
function dashed(name: string): Profile | undefined {
  const git = profiles.get('git')
  const at = { text: '', prefix: '', isSingle: true, start: 0, end: 0 }
  if (git === undefined || !name.startsWith('git-')) return undefined
  return (args) => git([wordOf(name.slice('git-'.length), at), ...args])
}
