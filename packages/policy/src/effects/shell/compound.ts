import { checkArithmetic } from './arithmetic.ts'
import { type AssignedNames, assignedNames } from './assigned-names.ts'
import { danger } from './assignments.ts'
import { isDangerousVariable } from './environment.ts'
import { expandUnsplit } from './expand-word.ts'
import { shellLimits } from './limits.ts'
import type { Case, CommandSyntax, Statement, SyntaxNode, WordNode } from './parse-script.ts'
import { isNumber, joinDirectories, maybe, State } from './state.ts'
import { walkTest } from './test-expression.ts'
import type { Walk } from './walk.ts'

type Compound<Type extends CommandSyntax['type']> = Extract<CommandSyntax, { type: Type }>

export function walkIf(walk: Walk, node: Compound<'If'>): void {
  walk.interpreter.command(walk, node.clause)
  maybe(walk, () => walk.interpreter.command(walk, node.then))
  for (const branch of node.elif) {
    maybe(walk, () => {
      walk.interpreter.command(walk, branch.clause)
      maybe(walk, () => walk.interpreter.command(walk, branch.then))
    })
  }
  const otherwise = node.else
  if (otherwise) maybe(walk, () => walk.interpreter.command(walk, otherwise))
}

export function walkCase(walk: Walk, node: Case): void {
  expandUnsplit(walk, node.word)
  for (const item of node.items) {
    for (const pattern of item.pattern) expandUnsplit(walk, pattern)
    maybe(walk, () => walk.interpreter.command(walk, item.body))
  }
}

export function walkWhile(walk: Walk, node: Compound<'While'>): void {
  loop(walk, [node.clause, node.body], () => {
    walk.interpreter.command(walk, node.clause)
    maybe(walk, () => walk.interpreter.command(walk, node.body))
  })
}

export function walkArithmeticFor(walk: Walk, node: Compound<'ArithmeticFor'>): void {
  // Absent parts are nothing; wrong ones are errors of the script.
  const { initialize, test, update, body } = node
  if (initialize) checkArithmetic(walk, initialize, node)
  loop(walk, [body, ...(test ? [test] : []), ...(update ? [update] : [])], () => {
    if (test) checkArithmetic(walk, test, node)
    walk.interpreter.command(walk, body)
    if (update) checkArithmetic(walk, update, node)
  })
}

export function walkFor(walk: Walk, node: Compound<'For'> | Compound<'Select'>): void {
  const name = node.name.value
  if (isDangerousVariable(name)) walk.unknown(danger(name), node.name)
  const words = node.wordlist?.flatMap((word: WordNode) => walk.interpreter.words(walk, word))
  const texts = words?.map((word) => word.text)
  const isKnown = texts?.every((text) => text !== undefined) ?? false
  if (node.type === 'For' && texts && isKnown && texts.length <= shellLimits.maxUnrolled) {
    for (const text of texts) {
      loop(walk, [node.body], () => {
        walk.state.assignInLoop(name, { text: text as string })
        walk.interpreter.command(walk, node.body)
      })
    }
    if (texts.length > 0) return
  }
  loop(walk, [node.body], () => {
    walk.state.assign(name, 'unknown')
    walk.interpreter.command(walk, node.body)
  })
}

/** Walks the body of a loop once, for any of its rounds: what it assigns may have been assigned before. */
function loop(walk: Walk, parts: readonly SyntaxNode[], body: () => void): void {
  const before = new State(walk.state)
  const names = namesOf(walk, parts)
  const forget = (): void => {
    if (names) for (const [name, kind] of names) forgetName(walk.state, before, name, kind)
    else {
      walk.state.forgetVariables()
      walk.state.directories = undefined
    }
  }
  forget()
  body()
  forget()
  walk.state.join(before)
}

/** Asked again for each round of the loops around it. */
function namesOf(walk: Walk, parts: readonly SyntaxNode[]): AssignedNames | undefined {
  const { assigned } = walk.findings
  const [first] = parts
  if (!first) return undefined
  if (!assigned.has(first)) assigned.set(first, assignedNames(parts, walk.state.functions))
  return assigned.get(first)
}

function forgetName(state: State, before: State, name: string, kind: 'number' | 'any'): void {
  const value = before.valueOf(name)
  // What was never touched so far is no better known than an unknown value.
  state.assign(name, kind === 'number' && isNumber(value) ? 'number' : 'unknown')
}

/** Walks statements one after another. */
export function walkStatements(walk: Walk, statements: readonly Statement[]): void {
  let isSure = true
  let end: number | undefined
  for (const { command, background, pos, end: itsEnd } of statements) {
    // The next line runs also if an error in this one leaves the rest of it out.
    if (end !== undefined && walk.source.slice(end, pos).includes('\n')) isSure = true
    const run = (): void => walkStatement(walk, command, background ?? false)
    if (isSure) run()
    else maybe(walk, run)
    if (mayFail.test(walk.source.slice(pos, itsEnd))) isSure = false
    end = itsEnd
  }
}

/** Expansions that can fail: bash then leaves out the rest of the line, and goes on with the next one. */
const mayFail = /\(\(|\$\[|\$\{|\blet\b|\breadonly\b|\b(declare|typeset|local)\b/

function walkStatement(walk: Walk, command: CommandSyntax, isInBackground: boolean): void {
  if (isInBackground) {
    walk.interpreter.command(walk.fork(), command)
    return
  }
  const { directories } = walk.state
  walk.interpreter.command(walk, command)
  // A `cd` on its own may fail, and the line goes on all the same.
  walk.state.directories = joinDirectories(directories, walk.state.directories)
}

export function walkTestCommand(walk: Walk, node: Compound<'TestCommand'>): void {
  // dash takes `[[` for a program, and these for operators of its own.
  if (/[&|<>();`\n]/.test(walk.written(node))) walk.onlyBash('operators in `[[`', node)
  walkTest(walk, node.expression)
}
