import type { Action, Effect } from './effect.ts'
import { foldName } from './fold-name.ts'
import { textEffect } from './text-effect.ts'

/** The effect of a tool call: restrictive rules know its name in any case and width. */
export function toolEffect(action: Action): Effect {
  const effect = textEffect(action)
  const folded = effect.command.all.map(foldName)
  return { ...effect, command: { all: effect.command.all, wide: folded } }
}
