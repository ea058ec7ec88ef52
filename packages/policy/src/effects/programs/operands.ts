import type { Tree, Word } from '../shell/word.ts'
import { list, read, remove, search, throughout, unknown, write } from './outcomes.ts'
import type { ParsedArguments } from './parse-arguments.ts'
import type { OperandRule } from './program.ts'
import type { ProgramEffect } from './program-effect.ts'

type Outcome = (path: Word) => readonly ProgramEffect[]

/** Every operand is such a thing. */
export function each(outcome: Outcome): OperandRule {
  return (operands) => operands.flatMap(outcome)
}

/** Every operand is a file that the program reads. */
export const reads: OperandRule = each(read)

/** Every operand is a file of which the program shows only what it finds, or how much that is. */
export const searches: OperandRule = each(search)

/** Every operand is a file of which the program shows its name, size and dates. */
export const lists: OperandRule = each(list)

/** The same for a program that takes further arguments from a file that is named after `@`. */
export const notFromFiles: OperandRule = each((word) =>
  word.prefix.startsWith('@') || (word.text === undefined && word.prefix === '')
    ? [unknown('further arguments come from a file', word), ...read(word)]
    : read(word)
)

/** Every operand is a file that the program writes. */
export const writes: OperandRule = each(write)

/** Every operand is a file that the program removes. */
export const removes: OperandRule = each(remove)

/** The first operand is no file unless one of some options gives what it would; the others are read. */
export function readsAfterFirst(...givenBy: readonly string[]): OperandRule {
  return afterFirst(read, givenBy)
}

/** The same for a program that searches. */
export function searchesAfterFirst(...givenBy: readonly string[]): OperandRule {
  return afterFirst(search, givenBy)
}

function afterFirst(outcome: Outcome, givenBy: readonly string[]): OperandRule {
  return (operands, { options, isUncertain }) => {
    const isGiven = options.some(({ name }) => givenBy.includes(name))
    return (isGiven || isUncertain ? operands : operands.slice(1)).flatMap(outcome)
  }
}

/**
 * How far a program goes below its operands: what options for recursion say, and options for following
 * links. A word that may be an option may be each of them.
 */
export function treeOf(
  { options, isUncertain }: ParsedArguments,
  recursive: RegExp,
  following?: RegExp
): Tree | undefined {
  const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name))
  if (!isUncertain && !has(recursive)) return undefined
  return following !== undefined && has(following) ? 'followed' : 'all'
}

/** The operands, with all that is below them when options say so. */
export function recursing(rule: OperandRule, recursive: RegExp, following?: RegExp): OperandRule {
  return (operands, parsed) =>
    throughout(rule(operands, parsed), treeOf(parsed, recursive, following))
}

/** The first operand is read, the second one written: uniq, xxd. */
export const readsThenWrites: OperandRule = (operands, { isUncertain }) => {
  const [input, output, ...rest] = operands
  if (isUncertain || rest.length > 0)
    return operands.flatMap((path) => [...read(path), ...write(path)])
  return [
    ...(input === undefined ? [] : read(input)),
    ...(output === undefined ? [] : write(output))
  ]
}
