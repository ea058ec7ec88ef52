import type { Command } from './command.ts'
import { listedFlags } from './flags.ts'

/** The commands, for a program: what `help --json` prints. */
export function describeCommands(commands: readonly Command[]): { readonly commands: unknown } {
  return {
    commands: commands.map(({ name, summary, flags, usage }) => ({
      name,
      summary,
      flags: listedFlags(flags).map(([flag, { value, default: fallback, meaning, choices }]) => ({
        name: flag,
        ...(value === undefined ? {} : { value }),
        default: fallback,
        meaning,
        ...(choices ? { choices: choices.filter((choice) => choice !== '') } : {})
      })),
      usage
    }))
  }
}
