import type { EffectContext } from './context.ts'
import type { Action, Effect } from './effect.ts'
import { analyseCommand } from './shell/analyse-command.ts'
import { stripControls } from './strip-controls.ts'
import { textEffect } from './text-effect.ts'

/**
 * The effects of a shell action: the line as written, for the rules that restrict, and every command,
 * file and connection in it.
 *
 * A line that runs no command has to be allowed as it is written.
 */
export function shellEffects(action: Action, context: EffectContext): readonly Effect[] {
  const asked = textEffect(action)
  const { command = '' } = action
  // Nothing but control characters is nothing that could be allowed.
  if (stripControls(command).trim() === '') return [asked]
  const line: Effect = { ...asked, derived: 'possible' }
  const { effects, hasCommands } = analyseCommand(command, line, context)
  if (!hasCommands) return [asked, ...effects]
  const isPlain = asked.unknown === undefined && !asked.isTooLarge
  if (isPlain && effects.some((effect) => isWholeLine(effect, command))) return effects
  return [line, ...effects]
}

/** Whether an effect is judged by the line as written anyway. */
function isWholeLine({ scope, command, derived }: Effect, line: string): boolean {
  if (scope !== 'shell' || derived !== undefined) return false
  return command.any?.some(({ text }) => text === line) === true
}
