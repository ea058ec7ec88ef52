import type { EffectContext } from './context.ts'
import type { Action, Effect } from './effect.ts'
import { analyseCommand } from './shell/analyse-command.ts'
import { textEffect } from './text-effect.ts'

/**
 * The effects of a shell action: the line as written, for the rules that restrict, and every command,
 * file and connection in it.
 *
 * A line that runs no command has to be allowed as it is written.
 */
export function shellEffects(action: Action, context: EffectContext): readonly Effect[] {
  const line = textEffect(action)
  const { command = '' } = action
  if (command === '') return [line]
  const findings = analyseCommand(command, context)
  const asWritten: Effect = findings.hasCommands ? { ...line, derived: 'possible' } : line
  return [asWritten, ...findings.effects]
}
