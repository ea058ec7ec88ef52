import type { Effect } from '../effect.ts'
import { forAnyNumber } from '../programs/any-number.ts'
import type { ProgramEffect } from '../programs/program-effect.ts'
import { profileOf } from '../programs/table.ts'
import { danger } from './assignments.ts'
import { builtinOf } from './builtins/table.ts'
import { isTransparent, otherShellName, runsLocally } from './command-names.ts'
import { connectFinding } from './connect-finding.ts'
import { isDangerousVariable, isDangerousWhenPassed } from './environment.ts'
import { fileFinding } from './file-findings.ts'
import { shellLimits } from './limits.ts'
import { namedPlaces } from './named-places.ts'
import { type ExpandedWord, hole, wordOf } from './pieces.ts'
import { isShellText, walkShellText } from './shell-text.ts'
import { spellCommand } from './spell-command.ts'
import { maybe } from './state.ts'
import type { RunOptions, Walk } from './walk.ts'
import type { Word } from './word.ts'

/** A command's name of which every shell makes the same. */
const plainName = /^[A-Za-z0-9_./@%+:,-]+$|^\[$/

/** What running a command amounts to: itself, and what it does because of its arguments. */
export function runCommand(walk: Walk, words: readonly ExpandedWord[], how: RunOptions): void {
  const [first, ...args] = words
  if (!first) return
  if (!walk.findings.canStep() || !walk.findings.canRun(weightOf(words))) return
  if (walk.depth > shellLimits.maxDepth * 2) {
    walk.findings.addUnknown('the command is nested too deeply', how.range, written(words))
    return
  }
  const name = first.text
  if (name === undefined || !plainName.test(name)) {
    addExec(walk, words, how, 'which program runs is only known when it runs', false)
    return
  }
  const isFunction = how.isIndirect ? undefined : walk.state.functions.get(name)
  if (isFunction !== undefined) {
    // What its body does has been walked; what it changes has not been followed.
    walk.state.forgetVariables()
    walk.state.directories = undefined
    // A function that has the name of a program or a builtin may be gone, and then it is that.
    if (isFunction && !isProgram(name)) {
      walk.findings.calls.add(addExec(walk, words, how, how.unknown, true))
      return
    }
  }
  runProgram(walk, words, how, effectsOf(walk, name, args, how))
}

/** How much work the words of a command are, in plain words. */
function weightOf(words: readonly ExpandedWord[]): number {
  const patterns = words.filter(({ allStartWithPrefix }) => allStartWithPrefix).length
  return words.length + patterns * (shellLimits.patternWords - 1)
}

/** Whether more is known of a name than how it is written. */
function isProgram(name: string): boolean {
  return builtinOf(name) !== undefined || profileOf(name) !== undefined
}

/** Takes down a command, and follows what it does because of its arguments. */
function runProgram(
  walk: Walk,
  words: readonly ExpandedWord[],
  how: RunOptions,
  effects: readonly ProgramEffect[]
): void {
  const name = words[0]?.text ?? ''
  const [doubt] = effects.flatMap((effect) => (effect.kind === 'unknown' ? [effect.reason] : []))
  const reason = how.unknown ?? assigned(effects) ?? unclearName(walk, name)
  const isSeen = words.every((word) => word.text !== undefined) && !how.addsArguments
  const isSettled = isSeen && walk.state.isAtStart && reason === undefined
  const runs = effects.some(({ kind }) => kind === 'run' || kind === 'script')
  const unknown = reason ?? (isSettled ? undefined : doubt)
  const isPossible = how.isVouchedFor === true || (runs && isTransparent(name))
  const itself = addExec(walk, words, how, unknown, isPossible, {
    unproven: isSettled ? doubt : undefined
  })
  const inner = runs ? walk.with({ behind: itself }) : walk
  // What a file of the project prints, or makes of its input, is not known.
  const pipe = name.includes('/') ? undefined : how.pipe
  if (pipe && effects.some(usesPipe)) walk.findings.relyOn(name, how.range, written(words))
  for (const effect of effects)
    follow(inner, effect, { ...how, pipe, isVouchedFor: runsLocally(name) })
}

function usesPipe(effect: ProgramEffect): boolean {
  return effect.kind === 'print' || (effect.kind === 'run' && effect.takesNames === true)
}

/** Why what it runs cannot be judged by its words: a variable that it sets. */
function assigned(effects: readonly ProgramEffect[]): string | undefined {
  for (const effect of effects) {
    if (effect.kind !== 'assign') continue
    const isDangerous =
      isDangerousVariable(effect.name, assignedValue(effect.at)) ||
      isDangerousWhenPassed(effect.name)
    if (isDangerous) return danger(effect.name)
  }
  return undefined
}

function unclearName(walk: Walk, name: string): string | undefined {
  return movedReason(walk, name) ?? otherShellName(walk.shell, name)
}

function effectsOf(
  walk: Walk,
  name: string,
  args: readonly ExpandedWord[],
  how: RunOptions
): readonly ProgramEffect[] {
  const added = how.addsArguments
    ? [...args, wordOf([hole('', 'split')], '', { start: how.range.end, end: how.range.end })]
    : args
  const builtin = builtinOf(name)
  // What another program runs is no builtin of this shell, unless that program is one itself.
  if (builtin && how.isIndirect) return maybe(walk, () => builtin(walk, added))
  if (builtin) return builtin(walk, added)
  const profile = profileOf(name.slice(name.lastIndexOf('/') + 1))
  if (profile === undefined) {
    namedPlaces(walk, args)
    return []
  }
  return forAnyNumber(profile, added, (words) => walk.findings.canRepeat(words))
}

/** A program that is named by a path from here is another one elsewhere. */
function movedReason(walk: Walk, name: string): string | undefined {
  const isRelative = name.includes('/') && !name.startsWith('/')
  return isRelative && !walk.state.isAtStart
    ? 'the program is named from a directory that the line has left'
    : undefined
}

function addExec(
  walk: Walk,
  words: readonly ExpandedWord[],
  how: RunOptions,
  unknown: string | undefined,
  isPossible: boolean,
  { unproven }: { readonly unproven?: string | undefined } = {}
): Effect {
  const { command, gapped } = spellCommand(words, how.addsArguments ?? false)
  const { line } = walk.findings
  const effect: Effect = {
    scope: 'shell',
    action: line.action,
    command,
    path: line.path,
    domain: line.domain,
    from: { verb: 'exec', text: written(words), ...how.range },
    ...(isPossible ? { derived: 'possible' } : {}),
    ...(unknown === undefined ? {} : { unknown }),
    ...(unproven === undefined ? {} : { unproven }),
    ...(gapped === undefined ? {} : { gapped }),
    ...(walk.behind === undefined ? {} : { behind: walk.behind })
  }
  walk.findings.add(effect)
  return effect
}

function written(words: readonly ExpandedWord[]): string {
  return words.map((word) => word.written).join(' ')
}

function follow(walk: Walk, effect: ProgramEffect, how: RunOptions): void {
  switch (effect.kind) {
    case 'read':
    case 'write':
    case 'delete':
      fileFinding(walk, effect.kind, effect.path)
      return
    case 'connect':
      connectFinding(walk, {
        form: effect.form,
        text: effect.target.text,
        method: effect.method,
        isPossible: effect.isPossible,
        word: effect.target
      })
      return
    case 'run':
      followRun(inPlaceOf(walk, effect).with({ deeper: true }), effect, how)
      return
    case 'print':
      if (how.pipe) how.pipe.output = effect.names
      return
    case 'script':
      followScript(inPlaceOf(walk, effect), effect)
      return
    case 'assign':
    case 'unknown':
      return
  }
}

function followRun(
  walk: Walk,
  { words, addsArguments, takesNames }: Extract<ProgramEffect, { kind: 'run' }>,
  { range, isVouchedFor = false, pipe }: RunOptions
): void {
  const run = (given: readonly Word[], adds: boolean): void => {
    const expanded = given.map((word) => asExpanded(walk, word))
    const how = { range, isIndirect: true, isVouchedFor, addsArguments: adds }
    walk.interpreter.run(walk, expanded, how)
  }
  if (!takesNames || pipe?.input === undefined) {
    run(words, addsArguments ?? false)
    return
  }
  // It is also run when there are no names.
  run(words, false)
  run([...words, pipe.input], false)
}

function inPlaceOf(walk: Walk, { isElsewhere }: { readonly isElsewhere?: boolean }): Walk {
  return isElsewhere ? walk.with({ isElsewhere }) : walk
}

function followScript(
  walk: Walk,
  { text, shell }: Extract<ProgramEffect, { kind: 'script' }>
): void {
  const range = { start: text.start, end: text.end }
  const shown = asExpanded(walk, text).written
  if (text.text === undefined) {
    walk.findings.addUnknown('the script is only known when it runs', range, shown, [text.prefix])
    return
  }
  if (!isShellText(shell)) {
    walk.findings.addUnknown(`what ${shell} does with it is not known`, range, shown, [text.text])
    return
  }
  walkShellText(walk, text.text, range, shell)
}

/** Words that come from a profile may be parts of the command's words. */
function asExpanded(walk: Walk, word: Word): ExpandedWord {
  if ('pieces' in word) return word as ExpandedWord
  if (word.text !== undefined) {
    return wordOf([{ kind: 'text', text: word.text, isQuoted: true }], word.text, word)
  }
  const rest = walk.within ? '' : walk.source.slice(word.start, word.end)
  const shape = word.isSingle ? 'one' : 'split'
  return wordOf(
    [{ kind: 'text', text: word.prefix, isQuoted: true }, hole(rest, shape)],
    rest,
    word
  )
}

/** The value in `NAME=value`. */
function assignedValue({ text }: Word): string | undefined {
  return text?.slice(text.indexOf('=') + 1)
}
