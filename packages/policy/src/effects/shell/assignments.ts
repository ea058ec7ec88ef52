import { checkArithmeticWord } from './arithmetic.ts'
import { isDangerousVariable, isDangerousWhenPassed } from './environment.ts'
import { expandUnsplit } from './expand-word.ts'
import type { ArrayValue, Assignment } from './parse-script.ts'
import type { Value } from './state.ts'
import type { Walk } from './walk.ts'

/**
 * Walks what an assignment expands, and says why it makes what follows unknown, if it does. The value
 * is kept where the assignment stays in force.
 */
export function walkAssignment(
  walk: Walk,
  node: Assignment,
  keeps: boolean,
  isPassed: boolean
): string | undefined {
  const { name, index, value, append } = node
  if (index && index.text !== '@' && index.text !== '*') checkArithmeticWord(walk, index)
  const text = value.type === 'Word' ? expandUnsplit(walk, value).text : undefined
  if (value.type === 'ArrayValue') walkElements(walk, node, value)
  const isPlain = value.type === 'Word' && !index
  if (keeps) walk.state.assign(name, isPlain ? valueAfter(walk, name, text, append) : 'unknown')
  const isDangerous =
    isDangerousVariable(name, append ? undefined : text) ||
    (isPassed && isDangerousWhenPassed(name))
  return isDangerous ? danger(name) : undefined
}

function walkElements(walk: Walk, node: Assignment, value: ArrayValue): void {
  // fish reads the parentheses as commands.
  walk.onlyBash('parentheses after `=`', node)
  for (const element of value.elements) {
    walk.interpreter.words(walk, element)
    if (element.text.startsWith('[')) {
      walk.unknown('the subscript of an array is evaluated', element)
    }
  }
}

/** Why a command behind an assignment of a variable cannot be judged by its words. */
export function danger(name: string): string {
  return `assigning ${/^\w+$/.test(name) ? name : 'to such a name'} changes what runs`
}

function valueAfter(
  walk: Walk,
  name: string,
  text: string | undefined,
  append: boolean | undefined
): Value {
  if (text === undefined) return 'unknown'
  // A tilde may or may not have become a directory.
  if (text.includes('~')) return 'unknown'
  if (!append) return { text }
  const before = walk.state.valueOf(name)
  return typeof before === 'object' ? { text: before.text + text } : 'unknown'
}
