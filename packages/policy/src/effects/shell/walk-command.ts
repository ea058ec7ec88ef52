import { checkArithmetic } from './arithmetic.ts'
import { danger, walkAssignment } from './assignments.ts'
import {
  walkArithmeticFor,
  walkCase,
  walkFor,
  walkIf,
  walkStatements,
  walkTestCommand,
  walkWhile
} from './compound.ts'
import { isDangerousVariable } from './environment.ts'
import { shellLimits } from './limits.ts'
import type { Command, CommandSyntax } from './parse-script.ts'
import type { ExpandedWord } from './pieces.ts'
import { textPiece, wordOf } from './pieces.ts'
import { walkRedirections } from './redirections.ts'
import { State } from './state.ts'
import type { Pipe, Walk } from './walk.ts'

type Syntax<Type extends CommandSyntax['type']> = Extract<CommandSyntax, { type: Type }>

/** Walks one command of any kind, and all that is inside it. */
export function walkCommand(outer: Walk, node: CommandSyntax, pipe?: Pipe): void {
  const walk = outer.with({ deeper: true })
  if (!walk.findings.canStep()) return
  if (walk.depth > shellLimits.maxDepth * 4) {
    walk.unknown('the commands are nested too deeply', node)
    return
  }
  switch (node.type) {
    case 'Command':
      walkSimple(walk, node, pipe)
      return
    case 'Pipeline':
      walkPipeline(walk, node)
      return
    case 'AndOr':
      walkAndOr(walk, node)
      return
    case 'CompoundList':
      walkStatements(walk, node.commands)
      return
    case 'Redirected':
      walkRedirected(walk, node)
      return
    case 'Subshell':
      // bash reads it as arithmetic first, and what it reads then is not what it was.
      if (walk.source.startsWith('((', node.pos)) {
        walk.unknown('a parenthesis follows on another one', node)
      }
      walkStatements(walk.fork(), node.body.commands)
      return
    case 'BraceGroup':
      walkStatements(walk, node.body.commands)
      return
    case 'Function':
      walkFunction(walk, node)
      return
    case 'Coproc':
      if (node.name && isDangerousVariable(node.name.value)) {
        walk.unknown(danger(node.name.value), node.name)
      }
      walk.state.forgetVariables()
      walkCommand(walk.fork(), node.body)
      return
    case 'If':
      walkIf(walk, node)
      return
    case 'While':
      walkWhile(walk, node)
      return
    case 'For':
    case 'Select':
      walkFor(walk, node)
      return
    case 'ArithmeticFor':
      walkArithmeticFor(walk, node)
      return
    case 'Case':
      walkCase(walk, node)
      return
    case 'TestCommand':
      walkTestCommand(walk, node)
      return
    case 'ArithmeticCommand':
      // dash knows no such thing, and runs what stands in the parentheses.
      if (/^\s*[A-Za-z_]\w*\s*$/.test(node.body)) walk.onlyBash('`((` around a name', node)
      checkArithmetic(walk, node.expression, node)
      return
    default:
      notUnderstood(walk, node)
      return
  }
}

function notUnderstood(walk: Walk, node: never): void {
  walk.unknown('a construct is not understood', node as { pos: number; end: number })
}

function walkPipeline(walk: Walk, node: Syntax<'Pipeline'>): void {
  const [only] = node.commands
  if (node.commands.length === 1 && only) {
    walkCommand(walk, only)
    return
  }
  let input: Pipe['input']
  for (const [at, command] of node.commands.entries()) {
    const pipe: Pipe = { input, output: undefined }
    walkCommand(walk.fork(), command, pipe)
    // With `|&`, messages are among what it prints.
    input = node.operators[at] === '|' ? pipe.output : undefined
  }
}

/** A redirection that fails leaves the command out, and the line goes on. */
function walkRedirected(walk: Walk, node: Syntax<'Redirected'>): void {
  walkRedirections(walk, node.redirects)
  const before = new State(walk.state)
  walkCommand(walk, node.command)
  if (!node.redirects.every(isSureRedirection)) walk.state.join(before)
}

/** Whether a redirection cannot fail: to nowhere, or to a descriptor that is open. */
function isSureRedirection(redirection: Command['redirects'][number]): boolean {
  if (redirection.type === 'HereDoc' || redirection.type === 'HereString') return true
  const { target } = redirection
  return target !== undefined && /^(\/dev\/null|[12])$/.test(target.text)
}

/** What stands behind `&&` or `||` may not run, and with an `||` nor may what stands before. */
function walkAndOr(walk: Walk, node: Syntax<'AndOr'>): void {
  const [first, ...others] = node.commands
  // What is the case if the line ends before any of its commands.
  const ended = new State(walk.state)
  if (first) walkCommand(walk, first)
  let isEither = false
  for (const [at, command] of others.entries()) {
    isEither ||= node.operators[at] === '||'
    ended.join(walk.state)
    if (isEither) walk.state.join(ended)
    walkCommand(walk, command)
  }
  walk.state.join(ended)
}

function walkFunction(walk: Walk, node: Syntax<'Function'>): void {
  const { value, text } = node.name
  if (value !== text || !/^[\w.:@%+-]+$/.test(value)) {
    walk.unknown('the name of a function is not plain', node.name)
  }
  walk.state.define(value)
  walk.findings.define(value, walk.rangeOf(node), value)
  // It may run at any later time, when nothing is known of any variable.
  const body = walk.fork()
  body.state.forgetVariables()
  body.state.directories = walk.state.isAtStart ? walk.state.directories : undefined
  walkCommand(body, node.body)
}

function walkSimple(walk: Walk, node: Command, pipe?: Pipe): void {
  const { name, redirects } = node
  const before = new State(walk.state)
  const reason = walkPrefix(walk, node)
  if (name) runSimple(walk, node, { name, reason, pipe })
  else {
    walkRedirections(walk, redirects)
    if (reason !== undefined) walk.unknown(reason, node)
  }
  // A redirection that fails leaves the command out, and what it would have changed.
  if (!redirects.every(isSureRedirection)) walk.state.join(before)
}

/** Walks the assignments in front of a command, and says why they make it unknown, if they do. */
function walkPrefix(walk: Walk, { name, prefix }: Command): string | undefined {
  const assignments = prefix.filter((one) => one.type === 'Assignment')
  const reasons = assignments.map((one) =>
    walkAssignment(walk, one, name === undefined, name !== undefined)
  )
  // While the command runs, and in some shells behind it too, what it was given may be the value.
  if (name) for (const one of assignments) walk.state.assign(one.name, 'unknown')
  return reasons.find((one) => one !== undefined)
}

function runSimple(
  walk: Walk,
  node: Command,
  {
    name,
    reason,
    pipe
  }: {
    readonly name: NonNullable<Command['name']>
    readonly reason: string | undefined
    readonly pipe: Pipe | undefined
  }
): void {
  const words = [...walk.interpreter.words(walk, name)]
  for (const argument of node.args) {
    if (argument.type === 'Assignment') words.push(assignmentWord(walk, argument))
    else words.push(...walk.interpreter.words(walk, argument))
  }
  walkRedirections(walk, node.redirects)
  checkBackground(walk, node)
  walk.interpreter.run(walk, words, {
    range: walk.rangeOf(node),
    pipe: isPiped(node) ? pipe : undefined,
    unknown: isFieldSeparator(node, words[0]?.text) ? undefined : reason
  })
}

/** Whether a command reads from the pipe before it and writes to the one behind it, and nothing else does. */
function isPiped({ prefix, redirects }: Command): boolean {
  return prefix.every(({ type }) => type === 'Redirect') && redirects.every(isSilencing)
}

/** `2>/dev/null` */
function isSilencing(one: Command['redirects'][number]): boolean {
  if (one.type !== 'Redirect' || one.descriptor?.type !== 'FileDescriptor') return false
  return one.descriptor.value === 2 && one.operator === '>' && one.target?.text === '/dev/null'
}

/** dash reads `ls &>x y` as `ls &` and `y >x`. */
function checkBackground(walk: Walk, { suffix }: Command): void {
  const at = suffix.findIndex((one) => one.type === 'Redirect' && one.operator.startsWith('&'))
  const later = at === -1 ? [] : suffix.slice(at + 1)
  const word = later.find(({ type }) => type === 'Word' || type === 'Assignment')
  if (word) walk.onlyBash('words behind `&>`', word)
}

/** `IFS= read -r line`: how this one line is split, and nothing else. */
function isFieldSeparator(node: Command, name: string | undefined): boolean {
  const isReader = name === 'read' || name === 'mapfile' || name === 'readarray'
  return isReader && node.prefix.every((one) => one.type !== 'Assignment' || one.name === 'IFS')
}

/** An argument of `export` or `declare`, which is also an assignment. */
function assignmentWord(
  walk: Walk,
  node: Extract<Command['args'][number], { type: 'Assignment' }>
): ExpandedWord {
  const reason = walkAssignment(walk, node, true, true)
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
