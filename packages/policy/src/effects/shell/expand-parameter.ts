import { checkArithmeticWord } from './arithmetic.ts'
import { isDangerousVariable } from './environment.ts'
import type { ParameterExpansionPart, WordNode } from './parse-script.ts'
import { hole, type Piece, textPiece } from './pieces.ts'
import type { Walk } from './walk.ts'

interface Place {
  readonly pos: number
  readonly end: number
}

/** What becomes of a value that is put in its place outside quotes without being split or matched. */
const unsplit = /^[A-Za-z0-9_@%+=:,./-]+$/

/** The pieces that a variable becomes: `$name`, `$1`, `$?`. */
export function expandVariable(
  walk: Walk,
  name: string,
  place: Place,
  isQuoted: boolean
): readonly Piece[] {
  const written = walk.written(place)
  // What these become is always one number.
  if (/^[?#$!]$/.test(name)) return [hole(written, 'one')]
  // In quotes, `$@` is as many words as there are arguments, or none.
  if (name === '@') return [hole(written, 'split')]
  const value = walk.state.valueOf(name)
  if (value === 'number') return [hole(written, 'one')]
  if (typeof value === 'object' && (isQuoted || unsplit.test(value.text))) {
    return [textPiece(value.text, true)]
  }
  return [hole(written, isQuoted ? 'one' : 'split')]
}

/** The pieces that `${…}` becomes. Walks what is inside it. */
export function expandParameter(
  walk: Walk,
  part: ParameterExpansionPart,
  isQuoted: boolean
): readonly Piece[] {
  const { parameter, prefix, index, operation } = part
  const isList = parameter === '@' || index?.text === '@' || operation?.type === 'Names'
  const unknown: readonly Piece[] = [hole(part.text, isQuoted && !isList ? 'one' : 'split')]
  if (index && index.text !== '@' && index.text !== '*') checkArithmeticWord(walk, index)
  if (prefix === '!' && operation?.type !== 'Names' && index?.text !== '@' && index?.text !== '*') {
    // The variable's value is a name, which may have a subscript, which is evaluated.
    walk.unknown('it reads a variable whose name is only known when it runs', part)
  }
  if (prefix === '#') return [hole(part.text, 'one')]
  if (operation) {
    walkOperation(walk, part, parameter)
    return unknown
  }
  return prefix || index ? unknown : expandVariable(walk, parameter, part, isQuoted)
}

function walkOperation(walk: Walk, part: ParameterExpansionPart, name: string): void {
  const { operation } = part
  switch (operation?.type) {
    case 'Default':
      walkOperand(walk, operation.operand)
      if (operation.operator.endsWith('=')) assignDefault(walk, name, part)
      return
    case 'Remove':
      return walkOperand(walk, operation.operand)
    case 'Replace':
      walkOperand(walk, operation.pattern)
      return walkOperand(walk, operation.replacement)
    case 'CaseModification':
      return walkOperand(walk, operation.operand)
    case 'Slice':
      checkArithmeticWord(walk, operation.offset)
      if (operation.length) checkArithmeticWord(walk, operation.length)
      return
    case 'Transform':
      // `@P` reads the value as a prompt, whose substitutions are executed.
      if (!/^[QEUuLAKak]$/.test(operation.operand.text)) {
        walk.unknown('the value is executed as a prompt', part)
      }
      return
    case 'Names':
      return
    default:
      walk.unknown('an operation on a variable is not known', part)
  }
}

function assignDefault(walk: Walk, name: string, part: ParameterExpansionPart): void {
  walk.state.assign(name, 'unknown')
  if (isDangerousVariable(name)) {
    walk.unknown(`it assigns ${name}, which changes what runs`, part)
  }
}

function walkOperand(walk: Walk, operand: WordNode | undefined): void {
  if (operand) walk.interpreter.words(walk.with({ isInner: true }), operand)
}
