import { checkArithmeticWord } from './arithmetic.ts'
import { isDangerousVariable } from './environment.ts'
import { expandUnsplit } from './expand-word.ts'
import type { Assignment } from './parse-script.ts'
import type { Value } from './state.ts'
import type { Walk } from './walk.ts'

/**
 * Walks what an assignment expands, and says why it makes what follows unknown, if it does. The value
 * is kept where the assignment stays in force.
 */
export function walkAssignment(walk: Walk, node: Assignment, keeps: boolean): string | undefined {
  const { name, index, value, append } = node
  if (index && index.text !== '@' && index.text !== '*') checkArithmeticWord(walk, index)
  if (value.type === 'ArrayValue') {
    // fish reads the parentheses as commands.
    walk.onlyBash('parentheses after `=`', node)
    for (const element of value.elements) {
      walk.interpreter.words(walk, element)
      if (element.text.startsWith('['))
        walk.unknown('the subscript of an array is evaluated', element)
    }
    if (keeps) walk.state.assign(name, 'unknown')
    return isDangerousVariable(name) ? danger(name) : undefined
  }
  const { text } = expandUnsplit(walk, value)
  if (keeps) walk.state.assign(name, index ? 'unknown' : valueAfter(walk, name, text, append))
  return isDangerousVariable(name, append ? undefined : text) ? danger(name) : undefined
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
  if (text === undefined) return walk.state.valueOf(name) === 'number' ? 'unknown' : 'unknown'
  // A tilde may or may not have become a directory.
  if (text.includes('~')) return 'unknown'
  if (!append) return { text }
  const before = walk.state.valueOf(name)
  return typeof before === 'object' ? { text: before.text + text } : 'unknown'
}
