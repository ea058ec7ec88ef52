import type { Tree, Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { namesOfGlobs } from '../name-globs.ts'
import { read, remove, run, throughout, unknown, write } from '../outcomes.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { manyBelow, replaceMarker } from '../replace-marker.ts'
import { keepsPrefix, wordOf } from '../slice-word.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Parts of an expression that stand alone and change nothing. */
const plain = words(
  '( ) ! , -not -a -and -o -or -print -prune -empty -true -false -depth -d -follow -daystart -mount -xdev -ls -quit -noleaf -ignore_readdir_race -noignore_readdir_race -nouser -nogroup -readable -writable -executable -warn -nowarn -help --help -version --version'
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
  /** Links below the starts are followed. */
  readonly follows: boolean
  /** Parts are joined by `and` alone, as far as can be seen. */
  readonly isConjunction: boolean
  index: number
  readonly found: ProgramEffect[]
  /** The globs of `-name` so far. */
  readonly names: Word[]
}

/** find, by the GNU version's expressions. */
const find: Profile = (args) => {
  const search = startOf(args)
  search.found.push(...search.starts.flatMap(read))
  for (let word = args[search.index]; word !== undefined; word = args[search.index]) {
    search.index += 1
    search.found.push(...part(search, word))
  }
  return printed(search)
}

/** Options that say how links are followed come first, then the places to search in. */
function startOf(args: readonly Word[]): Search {
  let first = 0
  while (/^-(?:[HLP]+|O[0-3])$/.test(args[first]?.text ?? '')) first += 1
  let index = first
  while (isPlace(args[index])) index += 1
  const follows = args.some(({ text }) => text === '-follow' || /^-[HP]*L[HLP]*$/.test(text ?? ''))
  return {
    args,
    starts: args.slice(first, index),
    follows,
    index,
    found: [],
    names: [],
    isConjunction: !args.some(({ text }) => text === undefined || joins.test(text))
  }
}

function isPlace(word: Word | undefined): boolean {
  return word !== undefined && keepsPrefix(word) && /^[^-(),!]/.test(word.prefix)
}

function part(search: Search, word: Word): readonly ProgramEffect[] {
  const { text } = word
  if (text === undefined || !word.isSingle) {
    return [unknown('a word may be any part of an expression', word)]
  }
  if (text === '-print0') return [{ kind: 'print', names: foundWord(search, word) }]
  if (plain.has(text)) return []
  if (text === '-delete') {
    return throughout(startsOr(search, word).flatMap(remove), treeOf(search), namesOf(search))
  }
  if (executed.has(text)) return command(search, word, text)
  return partWithValue(search, word, text)
}

function partWithValue(search: Search, word: Word, text: string): readonly ProgramEffect[] {
  const value = search.args[search.index]
  search.index += 1
  if (value === undefined) return [unknown('a part has no value', word)]
  if (!value.isSingle) return [unknown('a value may be several words', value)]
  if (text === '-name') search.names.push(value)
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

/** Only names go to the output, which is not so where another part prints as well. */
function printed(search: Search): readonly ProgramEffect[] {
  const { found, args } = search
  const isMixed = args.some(({ text }) => text === undefined || prints.test(text))
  const isSure = !isMixed && found.every(({ kind }) => /^(?:read|delete|print)$/.test(kind))
  let isFirst = true
  return found.filter(({ kind }) => {
    if (kind !== 'print') return true
    const isKept = isFirst && isSure
    isFirst = false
    return isKept
  })
}

const prints = /^-(?:print|printf|ls|help|-help|version|-version)$/

/** All that is found, up to the part of the expression that is read, as arguments of a program. */
function foundWord(search: Search, at: Word): Word {
  const starts = startsOr(search, at)
  const found = foundBelow(search, starts)
  return manyBelow(at, { prefix: commonStart(starts), isSingle: false, ...found })
}

/** What is found from the starts on, up to the part of the expression that is read. */
function foundBelow(search: Search, starts: readonly Word[]): { readonly below?: readonly Word[] } {
  if (starts.length > maxStarts) return {}
  const named = namesOf(search)
  const tree = treeOf(search)
  const words = { tree, ...(named === undefined ? {} : { named }) }
  return { below: starts.map((start) => ({ ...start, ...words })) }
}

/** Behind more of them, what is found may be anything. */
const maxStarts = 64

/** The names for which `-name` asked before; none that is sure where parts are joined by more than `and`. */
function namesOf({ isConjunction, names }: Search): readonly string[] | undefined {
  return isConjunction ? namesOfGlobs(names.slice(0, 1)) : undefined
}

const joins = /^(?:[(),!]|-not|-o|-or)$/

function treeOf({ follows }: Search): Tree {
  return follows ? 'followed' : 'all'
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
  const starts = startsOr(search, word)
  const replacement = {
    prefix: isElsewhere ? './' : commonStart(starts),
    isSingle: rest[end]?.text === ';',
    ...(isElsewhere ? {} : foundBelow(search, starts))
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
