import { isPlainArithmetic } from '../arithmetic.ts'
import { danger } from '../assignments.ts'
import { isDangerousVariable, isDangerousWhenPassed } from '../environment.ts'
import type { ExpandedWord } from '../pieces.ts'
import { isNumeral, maybe } from '../state.ts'
import type { Walk } from '../walk.ts'
import { type Builtin, isIdentifier, nothing, splitArguments, unknown } from './builtin.ts'

const evaluated = 'a name with a subscript is evaluated'

/** `export`, `declare` and their like: names, with or without values. */
export const declare: Builtin = (walk, args) => declareAll(walk, args, false)

/** `readonly`: what is assigned later fails, and the value stays. */
export const readonly: Builtin = (walk, args) => declareAll(walk, args, true)

/** `local`: outside of a function it fails, and nothing is assigned. */
export const local: Builtin = (walk, args) => maybe(walk, () => declare(walk, args))

function declareAll(
  walk: Walk,
  args: readonly ExpandedWord[],
  isReadonly: boolean
): ReturnType<Builtin> {
  const split = splitOnlyDashes(args)
  const letters = split.letters.join('')
  // -i evaluates what is assigned, -n makes a name stand for another; both change later assignments.
  const showsOnly =
    /[pfF]/.test(letters) && split.operands.some(({ prefix }) => prefix.includes('='))
  if (split.isUnknown || showsOnly || /[inlucf]/.test(letters.replace(/^f$/, ''))) {
    walk.state.forgetVariables()
    return unknown('an option changes what assignments mean')
  }
  for (const word of split.operands) {
    const problem = declared(walk, word)
    const name = /^\w+/.exec(word.prefix)?.[0]
    if (name !== undefined && (isReadonly || letters.includes('r'))) walk.state.freeze(name)
    if (problem !== undefined) return unknown(problem, word)
  }
  return nothing
}

function splitOnlyDashes(args: readonly ExpandedWord[]): {
  readonly letters: readonly string[]
  readonly operands: readonly ExpandedWord[]
  readonly isUnknown: boolean
} {
  const letters: string[] = []
  let at = 0
  for (; at < args.length; at++) {
    const { text, prefix } = args[at] as ExpandedWord
    if (text === '--') return { letters, operands: args.slice(at + 1), isUnknown: false }
    if (/^[-+]/.test(text ?? prefix)) letters.push((text ?? prefix).slice(1))
    else break
  }
  const isUnknown = letters.some((text) => !/^[aAfFgilnprtuxcI]*$/.test(text))
  return { letters, operands: args.slice(at), isUnknown }
}

function declared(walk: Walk, word: ExpandedWord): string | undefined {
  const { name, isAppend, hasValue, value } = assignmentOf(word.text ?? word.prefix)
  if (!isIdentifier(name) || (word.text === undefined && !hasValue)) return evaluated
  if (hasValue) {
    const isKnown = word.text !== undefined && !isAppend && !value.includes('~')
    walk.state.assign(name, isKnown && !value.startsWith('(') ? { text: value } : 'unknown')
  }
  const shown = word.text === undefined || isAppend ? undefined : value
  const isDangerous = (hasValue && isDangerousVariable(name, shown)) || isDangerousWhenPassed(name)
  return isDangerous ? danger(name) : undefined
}

/** The parts of `name`, `name=value` or `name+=value`. */
function assignmentOf(text: string) {
  const name = /^[^=+]*/.exec(text)?.[0] ?? ''
  const [operator = '', append, equals] = /^(\+?)(=?)/.exec(text.slice(name.length)) ?? []
  return {
    name,
    isAppend: append === '+',
    hasValue: equals === '=',
    value: text.slice(name.length + operator.length)
  }
}

/** `let`: every argument is evaluated. */
export const letArithmetic: Builtin = (walk, args) => {
  for (const word of args) {
    if (word.text === undefined || !isPlainArithmetic(walk, word.text.replace(/^\w+(?==)/, '0'))) {
      return unknown('arithmetic evaluates a text that can hold commands', word)
    }
    const name = /^([A-Za-z_]\w*)[-+*/%&|^<>]*=/.exec(word.text)?.[1]
    if (name === undefined) continue
    walk.state.assign(name, 'number')
    if (isDangerousVariable(name)) return unknown(danger(name), word)
  }
  return nothing
}

export const unset: Builtin = (walk, args) => {
  const split = splitArguments(args, 'fvn')
  walk.findings.mayLoseFunctions = true
  if (!split) return unknown('it is only known when it runs what it unsets')
  walk.state.forgetVariables()
  const bad = split.operands.find(({ text }) => !isIdentifier(text))
  if (bad) return unknown(evaluated, bad)
  const dangerous = split.operands.find(({ text }) => isDangerousVariable(text ?? '', ''))
  // Without it the shell falls back to a default, which is safe for a few.
  return dangerous && !/PROXY|proxy|PAGER|EDITOR|PYTHON|NODE_|GIT_|LD_/.test(dangerous.text ?? '')
    ? unknown(danger(dangerous.text ?? ''), dangerous)
    : nothing
}

/** `read`: its operands are names, and so is the value of -a. */
export const read: Builtin = (walk, args) => {
  const split = splitArguments(args, 'resE', 'adinNptu')
  if (!split) {
    walk.state.forgetVariables()
    return unknown('it is only known when it runs what it reads into')
  }
  // In zsh these are arithmetic, which runs what stands in a subscript.
  const number = split.options.find(
    ({ letter, value }) => /[nNtu]/.test(letter) && !/^[\d.]+$/.test(value?.text ?? '')
  )
  if (number && walk.shell !== 'bash') {
    return unknown('a number that it is given may be evaluated', number.value)
  }
  const array = split.options.find(({ letter }) => letter === 'a')?.value
  const names = array ? [array, ...split.operands] : split.operands
  return assignAll(walk, names)
}

export const printf: Builtin = (walk, args) => {
  const [first, ...others] = args
  if (!first?.prefix.startsWith('-') && first?.text === undefined && first?.prefix === '') {
    return unknown('it is only known when it runs what it prints into', first)
  }
  if (first?.text === '--' || !(first?.text ?? first?.prefix ?? '').startsWith('-')) return nothing
  if (first?.text === '-v' && others[0]) return assignAll(walk, [others[0]])
  const name = /^-v(.+)$/.exec(first?.text ?? '')?.[1]
  if (name !== undefined && first) return assignAll(walk, [{ ...first, text: name, prefix: name }])
  return unknown('an option is not known', first)
}

function assignAll(walk: Walk, names: readonly ExpandedWord[]): ReturnType<Builtin> {
  for (const word of names) {
    if (!isIdentifier(word.text)) return unknown(evaluated, word)
    walk.state.assign(word.text, 'unknown')
    if (isDangerousVariable(word.text)) return unknown(danger(word.text), word)
  }
  return nothing
}

/** `test` and `[`: after -v and -R stands a name, whose subscript is evaluated. */
export const test: Builtin = (_, args) => {
  const several = args.find(({ isSingle }) => !isSingle)
  if (several)
    return unknown('what it tests may be several words, and one of them an operator', several)
  for (const [at, { text }] of args.entries()) {
    const next = args[at + 1]
    const mayEvaluate = text === undefined || text === '-v' || text === '-R'
    if (mayEvaluate && next && mayHoldSubscript(next)) return unknown(evaluated, next)
  }
  return nothing
}

function mayHoldSubscript({ text }: ExpandedWord): boolean {
  return text === undefined || (text.includes('[') && text !== '[')
}

export const getopts: Builtin = (walk, args) => {
  const name = args[1]
  walk.state.forgetVariables()
  if (!isIdentifier(name?.text)) return unknown(evaluated, name)
  return isDangerousVariable(name.text) ? unknown(danger(name.text), name) : nothing
}

export const wait: Builtin = (walk, args) => {
  const split = splitArguments(args, 'fn', 'p')
  if (args.every(({ text, isSingle }) => isSingle && (text === undefined || isNumeral(text))))
    return nothing
  if (!split) return unknown('it is only known when it runs what it waits for')
  const name = split.options.find(({ letter }) => letter === 'p')?.value
  return name ? assignAll(walk, [name]) : nothing
}
