import {
  type ArithmeticExpression,
  type Assignment,
  forEachChild,
  type SyntaxNode
} from './parse-script.ts'
import { isNumeral } from './state.ts'

/** Commands that assign variables which their arguments, or nobody, name. */
const assigning: ReadonlySet<string> = new Set(
  (
    'read mapfile readarray printf declare typeset local export readonly let getopts unset eval source . ' +
    'wait coproc trap set shift cd chdir pushd popd builtin command'
  ).split(' ')
)

/** What a variable may have become: surely a number, or anything. */
export type AssignedNames = ReadonlyMap<string, 'number' | 'any'>

/**
 * The variables that a piece of a script may assign, in whatever order it runs; undefined where that
 * cannot be told from its syntax.
 */
export function assignedNames(parts: readonly SyntaxNode[]): AssignedNames | undefined {
  const names = new Map<string, 'number' | 'any'>()
  return parts.every((part) => collect(part, names)) ? names : undefined
}

function collect(node: SyntaxNode, names: Map<string, 'number' | 'any'>): boolean {
  if (node.type === 'Command' && node.name && !isHarmless(node.name.value, node.name.text)) {
    return false
  }
  collectOwn(node, names)
  let isKnown = true
  forEachChild(node, (child) => {
    if (isKnown && !collect(child, names)) isKnown = false
  })
  return isKnown
}

function collectOwn(node: SyntaxNode, names: Map<string, 'number' | 'any'>): void {
  const add = (name: string, kind: 'number' | 'any'): void => {
    names.set(name, names.get(name) === 'any' ? 'any' : kind)
  }
  switch (node.type) {
    case 'Assignment':
      return add(node.name, assignsNumber(node) ? 'number' : 'any')
    case 'For':
    case 'Select':
      return add(node.name.value, 'any')
    case 'FileDescriptorVariable':
      return add(node.name, 'any')
    case 'ParameterExpansion':
      if (node.operation?.type === 'Default' && node.operation.operator.endsWith('=')) {
        add(node.parameter, 'any')
      }
      return
    case 'ArithmeticBinary':
      if (isAssignment(node.operator)) addWord(node.left, add)
      return
    case 'ArithmeticUnary':
      if (node.operator === '++' || node.operator === '--') addWord(node.operand, add)
  }
}

/** Whether an operator of arithmetic assigns. */
export function isAssignment(operator: string): boolean {
  return /^([-+*/%&^|]|<<|>>)?=$/.test(operator)
}

function addWord(
  node: ArithmeticExpression,
  add: (name: string, kind: 'number' | 'any') => void
): void {
  if (node.type === 'ArithmeticWord') add(node.value, 'number')
}

function assignsNumber({ value, append, index }: Assignment): boolean {
  if (value.type !== 'Word' || append || index) return false
  const [only, ...others] = value.parts ?? []
  if (only && others.length === 0) return only.type === 'ArithmeticExpansion'
  return !only && isNumeral(value.text)
}

/** A name in quotes, or one that is expanded, may be any of them. */
function isHarmless(value: string, text: string): boolean {
  return value === text && /^[\w./-]+$|^[:[]$/.test(value) && !assigning.has(value)
}
