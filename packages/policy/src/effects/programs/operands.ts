import type { Word } from '../shell/word.ts'
import { read, remove, unknown, write } from './outcomes.ts'
import type { OperandRule } from './program.ts'
import type { ProgramEffect } from './program-effect.ts'

type Outcome = (path: Word) => readonly ProgramEffect[]

/** Every operand is such a thing. */
export function each(outcome: Outcome): OperandRule {
  return (operands) => operands.flatMap(outcome)
}

/** Every operand is a file that the program reads. */
export const reads: OperandRule = each(read)

/** Every operand is a file that the program writes. */
export const writes: OperandRule = each(write)

/** Every operand is a file that the program reads and writes. */
export const changes: OperandRule = each((path) => [...read(path), ...write(path)])

/** Every operand is a file that the program removes. */
export const removes: OperandRule = each(remove)

/** The first operand is no file unless one of some options gives what it would; the others are read. */
export function readsAfterFirst(...givenBy: readonly string[]): OperandRule {
  return (operands, { options, isUncertain }) => {
    const isGiven = options.some(({ name }) => givenBy.includes(name))
    return (isGiven || isUncertain ? operands : operands.slice(1)).flatMap(read)
  }
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

/** Operands say nothing beside what the command's own text says. */
export const ignored: OperandRule = () => []

/** No operand is understood. */
export const refused: OperandRule = (operands) =>
  operands.slice(0, 1).map((word) => unknown('an operand is not understood', word))
