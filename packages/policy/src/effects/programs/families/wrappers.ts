import { run } from '../outcomes.ts'
import { type ProgramSpec, program } from '../program.ts'
import type { Profile } from '../program-effect.ts'

/** Programs that run the program that their operands name, behind options of their own. */
const specs: Readonly<Record<string, ProgramSpec>> = {
  nohup: { order: 'first', operands: (words) => run(words) },
  timeout: {
    options: {
      harmless: 'k,kill-after: s,signal: v,verbose f,foreground p,preserve-status'
    },
    order: 'first',
    operands: (words) => run(words.slice(1))
  }
}

/** The profiles of this family by the names of their programs. */
export const wrappers: ReadonlyMap<string, Profile> = new Map(
  Object.entries(specs).map(([name, spec]) => [name, program(spec)])
)
