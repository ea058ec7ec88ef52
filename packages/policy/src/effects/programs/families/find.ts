import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { read, remove, run, unknown, write } from '../outcomes.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { replaceMarker } from '../replace-marker.ts'
import { keepsPrefix, wordOf } from '../slice-word.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Parts of an expression that stand alone and change nothing. */
const plain = words(
  '( ) ! , -not -a -and -o -or -print -print0 -prune -empty -true -false -depth -d -follow -daystart -mount -xdev -ls -quit -noleaf -ignore_readdir_race -noignore_readdir_race -nouser -nogroup -readable -writable -executable -warn -nowarn -help --help -version --version'
)

/** Parts that take one word and change nothing. */
const valued = words(
  '-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -type -xtype -size -mtime -atime -ctime -mmin -amin -cmin -inum -links -perm -user -group -uid -gid -maxdepth -mindepth -fstype -context -regextype -used -printf'
)

/** Parts that look at the file that the next word names. */
const compared = /^-(?:newer(?:[aBcm][aBcmt])?|anewer|cnewer|samefile)$/

const written = words('-fprint -fprint0 -fls')
const executed = words('-exec -execdir -ok -okdir')

interface Search {
  readonly args: readonly Word[]
  readonly starts: readonly Word[]
  index: number
  readonly found: ProgramEffect[]
}

/** find, by the GNU version's expressions. */
const find: Profile = (args) => {
  const search = startOf(args)
  search.found.push(...search.starts.flatMap(read))
  for (let word = args[search.index]; word !== undefined; word = args[search.index]) {
    search.index += 1
    search.found.push(...part(search, word))
  }
  return search.found
}

/** Options that say how links are followed come first, then the places to search in. */
function startOf(args: readonly Word[]): Search {
  let first = 0
  while (/^-(?:[HLP]+|O[0-3])$/.test(args[first]?.text ?? '')) first += 1
  let index = first
  while (isPlace(args[index])) index += 1
  return { args, starts: args.slice(first, index), index, found: [] }
}

function isPlace(word: Word | undefined): boolean {
  return word !== undefined && keepsPrefix(word) && /^[^-(),!]/.test(word.prefix)
}

function part(search: Search, word: Word): readonly ProgramEffect[] {
  const { text } = word
  if (text === undefined || !word.isSingle) {
    return [unknown('a word may be any part of an expression', word)]
  }
  if (plain.has(text)) return []
  if (text === '-delete') return startsOr(search, word).flatMap(remove)
  if (executed.has(text)) return command(search, word, text)
  return partWithValue(search, word, text)
}

function partWithValue(search: Search, word: Word, text: string): readonly ProgramEffect[] {
  const value = search.args[search.index]
  search.index += 1
  if (value === undefined) return [unknown('a part has no value', word)]
  if (!value.isSingle) return [unknown('a value may be several words', value)]
  if (valued.has(text)) return []
  if (written.has(text)) return write(value)
  if (text === '-fprintf') {
    search.index += 1
    return write(value)
  }
  if (compared.test(text)) return /t$/.test(text.slice(6)) ? [] : read(value)
  search.index -= 1
  return [unknown('a part of the expression is not understood', word)]
}

function startsOr(search: Search, at: Word): readonly Word[] {
  return search.starts.length > 0 ? search.starts : [wordOf('.', at)]
}

/** `-exec` and its relatives run the words up to `;`, or up to `{} +`. */
function command(search: Search, word: Word, name: string): readonly ProgramEffect[] {
  const rest = search.args.slice(search.index)
  const end = rest.findIndex(
    ({ text }, at) => text === ';' || (text === '+' && rest[at - 1]?.text === '{}')
  )
  const isDynamic = rest.slice(0, end < 0 ? undefined : end).some((each) => !each.isSingle)
  const command = end < 0 ? rest : rest.slice(0, end)
  search.index += end < 0 ? rest.length : end + 1
  const isElsewhere = name.endsWith('dir')
  const replacement = {
    prefix: isElsewhere ? './' : commonStart(startsOr(search, word)),
    isSingle: rest[end]?.text === ';'
  }
  return [
    ...(end < 0 || isDynamic ? [unknown('where its command ends is not certain', word)] : []),
    ...(isElsewhere ? [unknown('its command runs in other directories', word)] : []),
    ...run(replaceMarker(command, '{}', replacement))
  ]
}

function commonStart([first, ...others]: readonly Word[]): string {
  let common = first?.prefix ?? ''
  for (const { prefix } of others) {
    while (!prefix.startsWith(common)) common = common.slice(0, -1)
  }
  return common
}

/** Programs that search for files and may do something with each. */
export const finders: Family = family({ 'find gfind': find })
