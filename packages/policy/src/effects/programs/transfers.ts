import { withoutName, withoutSlashes, withSlash } from '../path-ends.ts'
import type { Tree, Word } from '../shell/word.ts'
import { inDirectory } from './in-directory.ts'
import { treeOf } from './operands.ts'
import { read, remove, throughout, write } from './outcomes.ts'
import type { ParsedArguments } from './parse-arguments.ts'
import type { OperandRule } from './program.ts'
import type { ProgramEffect } from './program-effect.ts'
import { wordAt, wordOf } from './slice-word.ts'

type Outcome = (path: Word) => readonly ProgramEffect[]

/** How far a transfer goes below its sources, and below its target. */
type Reach = (parsed: ParsedArguments) => {
  readonly source?: Tree | undefined
  readonly target?: Tree | undefined
}

/** Where a transfer may put a file: at the target, and inside it when it is a directory. */
export function placesOf(source: Word, target: Word): readonly Word[] {
  const base = source.text && withoutSlashes(source.text).split('/').pop()
  // A name that is not known may be any in the target, when that is a directory.
  if (source.text === undefined) return [target, { ...target, tree: 'all' }]
  if (target.text === undefined || base === undefined) return [target]
  return [target, wordAt(target, `${withSlash(target.text)}${base}`)]
}

/** What a program does that moves or copies: the last operand, or the value of `-t`, is where the others go. */
export function transfer(ofSource: Outcome, reach: Reach = () => ({})): OperandRule {
  return (operands, parsed) => {
    const { source: below, target: inside } = reach(parsed)
    if (parsed.isUncertain || operands.slice(-1).some(({ isSingle }) => !isSingle)) {
      return operands.flatMap((word) => [
        ...throughout(ofSource(word), below),
        ...throughout(write(word), 'all')
      ])
    }
    const given = parsed.options.find(({ role }) => role === 'into')?.value
    const isAlone = operands.length === 1 && given === undefined
    const sources = given === undefined && !isAlone ? operands.slice(0, -1) : operands
    const target = given ?? (isAlone ? undefined : operands.at(-1))
    const isExact = parsed.options.some(({ role }) => role === 'exactly')
    return sources.flatMap((source) => [
      ...throughout(ofSource(source), below),
      ...placesFor(source, target, isExact).flatMap((place) =>
        place.tree === undefined ? throughout(write(place), inside) : write(place)
      )
    ])
  }
}

function placesFor(source: Word, target: Word | undefined, isExact: boolean): readonly Word[] {
  if (target === undefined) return placesOf(source, wordOf('.', source)).slice(1)
  return isExact ? [target] : placesOf(source, target)
}

/** A copy of a directory is one of all that is in it. */
export const copies: Reach = (parsed) => {
  const tree = treeOf(parsed, /^(?:[aRr]|archive|recursive)$/, /^(?:[HL]|dereference)$/)
  return { source: tree, target: tree && 'all' }
}

/** A directory moves as a whole, and what is in it keeps its name. */
const moves: Reach = () => ({ source: 'moved', target: 'moved' })

/** The text of a symbolic link is a path as seen from the link. */
export const targetsOfLinks: OperandRule = (operands, { options }) => {
  if (!options.some(({ name }) => name === 's' || name === 'symbolic')) return []
  const into = options.find(({ role }) => role === 'into')?.value
  const place = into ?? (operands.length > 1 ? operands.at(-1) : undefined)
  if (place === undefined) return []
  const sources = into === undefined ? operands.slice(0, -1) : operands
  const parent = place.text && withoutName(withoutSlashes(place.text))
  const directories = parent ? [place, wordAt(place, parent)] : [place]
  return directories.flatMap((directory) =>
    inDirectory(throughout(sources.flatMap(asPossible), 'moved'), [directory])
  )
}

const asPossible = (path: Word): readonly ProgramEffect[] => read({ ...path, isPossible: true })

/** Who leads a link to a directory gives all that is in it another path. */
export const links: Reach = () => ({ source: 'moved' })

/** What moving files to the last operand does. */
export const movesTo: OperandRule = transfer((path) => [...read(path), ...remove(path)], moves)

/** The options of a transfer that say where its target is. */
export const transferRoles = { into: (): [] => [], exactly: (): [] => [] }
