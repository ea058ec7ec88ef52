import type { Effect } from '../effect.ts'
import type { ProgramEffect } from '../programs/program-effect.ts'
import { profileOf } from '../programs/table.ts'
import { danger } from './assignments.ts'
import { builtinOf } from './builtins/table.ts'
import { isTransparent, otherShellName } from './command-names.ts'
import { isDangerousVariable } from './environment.ts'
import { connectFinding, fileFinding } from './file-findings.ts'
import { shellLimits } from './limits.ts'
import { type ExpandedWord, hole, wordOf } from './pieces.ts'
import { isShellText, walkShellText } from './shell-text.ts'
import { spellCommand } from './spell-command.ts'
import type { RunOptions, Walk } from './walk.ts'
import type { Word } from './word.ts'

/** A command's name of which every shell makes the same. */
const plainName = /^[A-Za-z0-9_./@%+:,-]+$|^\[$/

/** What running a command amounts to: itself, and what it does because of its arguments. */
export function runCommand(walk: Walk, words: readonly ExpandedWord[], how: RunOptions): void {
  const [first, ...args] = words
  if (!first) return
  if (!walk.findings.canStep() || walk.depth > shellLimits.maxDepth) {
    return walk.findings.addUnknown('the command is nested too deeply', how.range, written(words))
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
    if (isFunction) {
      addExec(walk, words, how, how.unknown, true)
      return
    }
  }
  const effects = effectsOf(walk, name, args, how)
  const doubts = effects.flatMap((effect) => (effect.kind === 'unknown' ? [effect.reason] : []))
  const assigned = effects.flatMap((effect) =>
    effect.kind === 'assign' && isDangerousVariable(effect.name, valueOf(effect.at))
      ? [danger(effect.name)]
      : []
  )
  const reason =
    how.unknown ?? assigned[0] ?? movedReason(walk, name) ?? otherShellName(walk.shell, name)
  const isSeen = words.every((word) => word.text !== undefined) && !how.addsArguments
  const isSettled = isSeen && walk.state.isAtStart && reason === undefined
  const runs = effects.some((effect) => effect.kind === 'run' || effect.kind === 'script')
  const unknown = reason ?? (isSettled ? undefined : doubts[0])
  const itself = addExec(walk, words, how, unknown, runs && isTransparent(name), {
    unproven: isSettled ? doubts[0] : undefined
  })
  const inner = runs ? walk.with({ behind: itself }) : walk
  for (const effect of effects) follow(inner, effect, how)
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
  if (builtin) return builtin(walk, added)
  const base = name.slice(name.lastIndexOf('/') + 1)
  return profileOf(base)?.(added) ?? []
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
      return fileFinding(walk, effect.kind, effect.path)
    case 'connect':
      return connectFinding(walk, {
        form: effect.form,
        text: effect.target.text,
        method: effect.method,
        word: effect.target
      })
    case 'run':
      return walk.interpreter.run(
        walk.with({ deeper: true }),
        effect.words.map((word) => asExpanded(walk, word)),
        { range: how.range, isIndirect: true, addsArguments: effect.addsArguments ?? false }
      )
    case 'script':
      return followScript(walk, effect)
    case 'assign':
    case 'unknown':
      return
  }
}

function followScript(
  walk: Walk,
  { text, shell }: Extract<ProgramEffect, { kind: 'script' }>
): void {
  const range = { start: text.start, end: text.end }
  const shown = asExpanded(walk, text).written
  if (text.text === undefined) {
    return walk.findings.addUnknown('the script is only known when it runs', range, shown, [
      text.prefix
    ])
  }
  if (!isShellText(shell)) {
    return walk.findings.addUnknown(`what ${shell} does with it is not known`, range, shown, [
      text.text
    ])
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
function valueOf({ text }: Word): string | undefined {
  return text?.slice(text.indexOf('=') + 1)
}
