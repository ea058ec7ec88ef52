import { isAssignment } from './assigned-names.ts'
import { isDangerousVariable } from './environment.ts'
import type { ArithmeticExpression, WordNode, WordPart } from './parse-script.ts'
import type { Piece } from './pieces.ts'
import { isNumber, isNumeral } from './state.ts'
import { walkNested } from './substitution.ts'
import type { Walk } from './walk.ts'

/** Variables that the shell itself keeps and that are always numbers. */
const numbers: ReadonlySet<string> = new Set(
  'RANDOM SECONDS LINENO UID EUID PPID BASHPID SRANDOM EPOCHSECONDS COLUMNS LINES SHLVL'.split(' ')
)

/**
 * Looks at an arithmetic expression: arithmetic evaluates the texts of its variables, and a text such as
 * `a[$(command)]` runs a command. So it is known only where all in it are surely numbers.
 */
export function checkArithmetic(
  walk: Walk,
  expression: ArithmeticExpression | undefined,
  place: { readonly pos: number; readonly end: number }
): void {
  if (!expression) {
    const inside = walk.written(place).replace(/^\$?(\(\(|\[)|(\)\)|\])$/g, '')
    if (inside.trim() !== '') walk.unknown('the arithmetic cannot be read', place)
    return
  }
  checkExpression(walk, expression, place)
}

function checkExpression(
  walk: Walk,
  node: ArithmeticExpression,
  place: { readonly pos: number; readonly end: number }
): void {
  walk.findings.canStep()
  switch (node.type) {
    case 'ArithmeticWord':
      return checkOperand(walk, node.value, node.parts, place)
    case 'ArithmeticCommandExpansion':
      walkNested(walk, node.script, node)
      return walk.unknown('arithmetic evaluates what a command prints', place)
    case 'ArithmeticGroup':
      return checkExpression(walk, node.expression, place)
    case 'ArithmeticTernary':
      checkExpression(walk, node.test, place)
      checkExpression(walk, node.consequent, place)
      return checkExpression(walk, node.alternate, place)
    case 'ArithmeticUnary':
      checkExpression(walk, node.operand, place)
      if (node.operator === '++' || node.operator === '--') assignNumber(walk, node.operand, place)
      return
    case 'ArithmeticBinary':
      return checkBinary(walk, node, place)
  }
}

function checkBinary(
  walk: Walk,
  node: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
  place: { readonly pos: number; readonly end: number }
): void {
  const assigns = isAssignment(node.operator)
  checkExpression(walk, node.right, place)
  if (!assigns || node.operator !== '=' || !isName(node.left)) {
    checkExpression(walk, node.left, place)
  }
  if (assigns) assignNumber(walk, node.left, place)
}

function isName(node: ArithmeticExpression): boolean {
  return node.type === 'ArithmeticWord' && /^[A-Za-z_]\w*$/.test(node.value)
}

function assignNumber(
  walk: Walk,
  node: ArithmeticExpression,
  place: { readonly pos: number; readonly end: number }
): void {
  if (node.type !== 'ArithmeticWord' || !isName(node)) return
  walk.state.assign(node.value, 'number')
  if (isDangerousVariable(node.value)) {
    walk.unknown(`it assigns ${node.value}, which changes what runs`, place)
  }
}

function checkOperand(
  walk: Walk,
  text: string,
  parts: readonly WordPart[] | undefined,
  place: { readonly pos: number; readonly end: number }
): void {
  if (parts) {
    const pieces = parts.map((part) => ({ part, pieces: walk.interpreter.part(walk, part, true) }))
    for (const { part, pieces: made } of pieces) checkPart(walk, part, made, place)
    return
  }
  checkText(walk, text, place)
}

function checkPart(
  walk: Walk,
  part: WordPart,
  pieces: readonly Piece[],
  place: { readonly pos: number; readonly end: number }
): void {
  if (isSurelyNumber(walk, part)) return
  for (const piece of pieces) {
    if (piece.kind === 'text') checkText(walk, piece.text, place)
    else walk.unknown('arithmetic evaluates a value that is only known when it runs', place)
  }
}

function isSurelyNumber(walk: Walk, part: WordPart): boolean {
  if (part.type === 'ArithmeticExpansion') return true
  if (part.type === 'ParameterExpansion') {
    return (
      part.prefix === '#' || (!part.operation && !part.index && isNumeric(walk, part.parameter))
    )
  }
  if (part.type === 'DoubleQuoted') return part.parts.every((inner) => isSurelyNumber(walk, inner))
  return part.type === 'SimpleExpansion' && isNumeric(walk, part.text.slice(1))
}

function isNumeric(walk: Walk, name: string): boolean {
  if (/^[?#$!]$/.test(name)) return true
  const value = walk.state.valueOf(name)
  return value === undefined ? numbers.has(name) : isNumber(value)
}

/** Every name in the text has to be a number; digits with a base are no names. */
function checkText(
  walk: Walk,
  text: string,
  place: { readonly pos: number; readonly end: number }
): void {
  if (/^[-\s\d+*/%()<>=!&|^~?:,]*$/.test(text) || isNumeral(text)) return
  if (/[^\w\s+*/%()<>=!&|^~?:,#@-]/.test(text)) {
    return walk.unknown('arithmetic evaluates a text that can hold commands', place)
  }
  const names = text.match(/(?<![\w#@])[A-Za-z_]\w*/g) ?? []
  if (names.every((name) => isNumeric(walk, name))) return
  walk.unknown('arithmetic evaluates a value that is only known when it runs', place)
}

/** The same for a text that a word becomes: a subscript, an offset, an operand of `-eq`. */
export function checkArithmeticWord(walk: Walk, node: WordNode): void {
  if (node.parts) checkOperand(walk, '', node.parts, node)
  else checkText(walk, node.value, node)
}

/** The same for a text that is known, such as an argument of `let`. */
export function isPlainArithmetic(walk: Walk, text: string): boolean {
  if (!/^[\w\s+*/%()<>=!&|^~?:,-]*$/.test(text)) return false
  const names = text.match(/(?<![\w#@])[A-Za-z_]\w*/g) ?? []
  return names.every((name) => isNumeric(walk, name))
}
