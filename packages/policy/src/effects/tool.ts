import type { Action, Effect } from './effect.ts'
import { textEffect } from './text-effect.ts'

/** Whether the commands of a scope are names of tools. */
export function namesTools(scope: string): boolean {
  return scope === 'mcp_tool' || scope === 'unmapped'
}

/** Normalizing takes time that is not linear in the length, and no tool has such a name. */
const maxNameLength = 1024

/** The effect of a tool call: restrictive rules know its name in any case and width. */
export function toolEffect(action: Action): Effect {
  if ((action.command ?? '').length > maxNameLength) {
    return { ...textEffect({ ...action, command: '' }), isTooLarge: true }
  }
  const effect = textEffect(action)
  const { all } = effect.command
  return { ...effect, command: { all, wide: all.map(foldName) } }
}

/** A tool's name without regard to case and to compatibility forms such as full-width letters. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
