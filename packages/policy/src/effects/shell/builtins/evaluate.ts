import { isDangerousVariable } from '../environment.ts'
import { fileFinding } from '../file-findings.ts'
import type { ExpandedWord } from '../pieces.ts'
import type { Walk } from '../walk.ts'
import { type Builtin, nothing, splitArguments, unknown } from './builtin.ts'

/** Joins its arguments and runs the text in this shell. */
export const evaluate: Builtin = (walk, args) => {
  const words = args[0]?.text === '--' ? args.slice(1) : args
  return runText(walk, words, words)
}

/** Runs a text later, on a signal or at the end. */
export const trap: Builtin = (walk, args) => {
  const words = args[0]?.text === '--' ? args.slice(1) : args
  const [action, ...signals] = words
  if (!action || /^-[lp]$/.test(action.text ?? '')) return nothing
  if (signals.length === 0 || action.text === '-' || action.text === '') return nothing
  const isOnExit = signals.every(({ text }) => text === 'EXIT' || text === '0')
  // It runs between other commands, so nothing is known of what it assigns.
  const body = walk.fork()
  body.state.forgetVariables()
  const effects = runText(body, [action], [action])
  if (!isOnExit) {
    walk.state.becomeVolatile()
    walk.state.directories = undefined
    walk.findings.mayLoseFunctions = true
  }
  return effects
}

function runText(
  walk: Walk,
  words: readonly ExpandedWord[],
  at: readonly ExpandedWord[]
): ReturnType<Builtin> {
  const [first] = at
  const last = at.at(-1)
  if (!first || !last) return nothing
  const texts = words.map((word) => word.text)
  if (texts.includes(undefined)) {
    walk.state.forgetVariables()
    walk.state.directories = undefined
    walk.findings.mayLoseFunctions = true
    const known = words.map((word) => word.text ?? word.prefix).join(' ')
    walk.findings.addUnknown('what it evaluates is only known when it runs', first, known, [known])
    return unknown('what it evaluates is only known when it runs', first)
  }
  walk.interpreter.text(
    walk.with({ deeper: true }),
    texts.join(' '),
    walk.within ?? { start: first.start, end: last.end }
  )
  return nothing
}

/** Runs a file in this shell: what it does is as unknown as what any program does that is a file. */
export const source: Builtin = (walk, args) => {
  const [file] = args[0]?.text === '--' ? args.slice(1) : args
  const isKnown = file?.text !== undefined
  if (file && isKnown) fileFinding(walk, 'read', file)
  walk.findings.mayLoseFunctions = true
  walk.state.forgetVariables()
  walk.state.directories = undefined
  if (!file) return nothing
  if (file.text === undefined || /^\/dev\/(stdin|fd\/|tcp|udp)|^\/proc\//.test(file.text)) {
    return unknown('the script is only known when it runs', file)
  }
  // What the line has written itself was judged as a text, and is run now.
  return hasWritten(walk) ? unknown('a file is run that the line may have written', file) : nothing
}

function hasWritten({ findings }: Walk): boolean {
  return findings.effects.some(
    ({ scope, action }) => scope === 'filesystem' && !action.all.includes('read')
  )
}

/** Its options name commands to run, or functions. */
export const complete: Builtin = (walk, args) => {
  const split = splitArguments(args, 'abcdefgjksuvoprDEI', 'oAGWFCXPS')
  if (!split) return unknown('an option can run a command')
  for (const { letter, value } of split.options) {
    if (letter === 'C' && value) runText(walk.fork(), [value], [value])
    if ('CFWXPSG'.includes(letter)) return unknown('an option runs a command or a function', value)
  }
  return nothing
}

export const readLines: Builtin = (walk, args) => {
  const split = splitArguments(args, 't', 'dnOsuCc')
  walk.state.forgetVariables()
  if (!split) return unknown('an option can run a command')
  const callback = split.options.find(({ letter }) => letter === 'C')?.value
  if (callback) {
    // The callback is run with the line as a further argument.
    runText(walk.fork(), [callback], [callback])
    return unknown('a command is run for the lines that it reads', callback)
  }
  const [name] = split.operands
  return name && isDangerousVariable(name.text ?? '[')
    ? unknown('a name is evaluated, or changes what runs', name)
    : nothing
}
