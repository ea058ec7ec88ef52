import { checkArithmetic } from './arithmetic.ts'
import { walkAssignment } from './assignments.ts'
import {
  walkArithmeticFor,
  walkCase,
  walkFor,
  walkIf,
  walkStatements,
  walkTestCommand,
  walkWhile
} from './compound.ts'
import { shellLimits } from './limits.ts'
import type { Command, CommandSyntax } from './parse-script.ts'
import type { ExpandedWord } from './pieces.ts'
import { textPiece, wordOf } from './pieces.ts'
import { walkRedirections } from './redirections.ts'
import { State } from './state.ts'
import type { Walk } from './walk.ts'

type Syntax<Type extends CommandSyntax['type']> = Extract<CommandSyntax, { type: Type }>

/** Walks one command of any kind, and all that is inside it. */
export function walkCommand(outer: Walk, node: CommandSyntax): void {
  const walk = outer.with({ deeper: true })
  if (!walk.findings.canStep() || walk.depth > shellLimits.maxDepth * 4) {
    return walk.unknown('there is too much of it', node)
  }
  switch (node.type) {
    case 'Command':
      return walkSimple(walk, node)
    case 'Pipeline':
      return walkPipeline(walk, node)
    case 'AndOr':
      return walkAndOr(walk, node)
    case 'CompoundList':
      return walkStatements(walk, node.commands)
    case 'Redirected':
      walkRedirections(walk, node.redirects)
      return walkCommand(walk, node.command)
    case 'Subshell':
      return walkStatements(walk.fork(), node.body.commands)
    case 'BraceGroup':
      return walkStatements(walk, node.body.commands)
    case 'Function':
      return walkFunction(walk, node)
    case 'Coproc':
      walk.state.forgetVariables()
      return walkCommand(walk.fork(), node.body)
    case 'If':
      return walkIf(walk, node)
    case 'While':
      return walkWhile(walk, node)
    case 'For':
    case 'Select':
      return walkFor(walk, node)
    case 'ArithmeticFor':
      return walkArithmeticFor(walk, node)
    case 'Case':
      return walkCase(walk, node)
    case 'TestCommand':
      return walkTestCommand(walk, node)
    case 'ArithmeticCommand':
      return checkArithmetic(walk, node.expression, node)
    default:
      return notUnderstood(walk, node)
  }
}

function notUnderstood(walk: Walk, node: never): void {
  walk.unknown('a construct is not understood', node as { pos: number; end: number })
}

function walkPipeline(walk: Walk, node: Syntax<'Pipeline'>): void {
  const [only] = node.commands
  if (node.commands.length === 1 && only) return walkCommand(walk, only)
  for (const command of node.commands) walkCommand(walk.fork(), command)
}

/** What stands behind `&&` or `||` may not run. */
function walkAndOr(walk: Walk, node: Syntax<'AndOr'>): void {
  const [first, ...others] = node.commands
  const before = new State(walk.state)
  if (first) walkCommand(walk, first)
  for (const [at, command] of others.entries()) {
    // Behind `||`, the command before it may have failed halfway.
    if (node.operators[at] === '||') walk.state.join(before)
    walkCommand(walk, command)
  }
  walk.state.join(before)
}

function walkFunction(walk: Walk, node: Syntax<'Function'>): void {
  const { value, text } = node.name
  if (value !== text || !/^[\w.:@%+-]+$/.test(value)) {
    walk.unknown('the name of a function is not plain', node.name)
  }
  walk.state.define(value)
  // It may run at any later time, when nothing is known of any variable.
  const body = walk.fork()
  body.state.forgetVariables()
  body.state.directories = walk.state.isAtStart ? walk.state.directories : undefined
  walkCommand(body, node.body)
}

function walkSimple(walk: Walk, node: Command): void {
  const { name } = node
  const reasons: (string | undefined)[] = []
  const assignsOnly = name === undefined
  for (const one of node.prefix) {
    if (one.type === 'Assignment') reasons.push(walkAssignment(walk, one, assignsOnly))
  }
  const reason = reasons.find((one) => one !== undefined)
  if (!name) {
    walkRedirections(walk, node.redirects)
    if (reason !== undefined) walk.unknown(reason, node)
    return
  }
  const words = [...walk.interpreter.words(walk, name)]
  const names = words.length
  for (const argument of node.args) {
    if (argument.type === 'Assignment')
      words.push(assignmentWord(walk, argument, names === 1 ? words[0]?.text : undefined))
    else words.push(...walk.interpreter.words(walk, argument))
  }
  walkRedirections(walk, node.redirects)
  walk.interpreter.run(walk, words, {
    range: walk.rangeOf(node),
    unknown: isFieldSeparator(node, words[0]?.text) ? undefined : reason
  })
}

/** `IFS= read -r line`: how this one line is split, and nothing else. */
function isFieldSeparator(node: Command, name: string | undefined): boolean {
  const isReader = name === 'read' || name === 'mapfile' || name === 'readarray'
  return isReader && node.prefix.every((one) => one.type !== 'Assignment' || one.name === 'IFS')
}

/** An argument of `export` or `declare`, which is also an assignment. */
function assignmentWord(
  walk: Walk,
  node: Extract<Command['args'][number], { type: 'Assignment' }>,
  _name: string | undefined
): ExpandedWord {
  const reason = walkAssignment(walk, node, true)
  if (reason !== undefined) walk.unknown(reason, node)
  const known = walk.state.valueOf(node.name)
  const isPlain = !node.index && !node.append && node.value.type === 'Word'
  if (isPlain && typeof known === 'object') {
    return wordOf([textPiece(`${node.name}=${known.text}`, true)], node.text, walk.rangeOf(node))
  }
  const head = `${node.name}${node.append ? '+' : ''}=`
  const isIndexed = node.index ? '[' : ''
  return wordOf(
    [
      textPiece(node.index ? node.name + isIndexed : head, true),
      { kind: 'hole', written: node.text.slice(head.length), shape: 'one' }
    ],
    node.text,
    walk.rangeOf(node)
  )
}
