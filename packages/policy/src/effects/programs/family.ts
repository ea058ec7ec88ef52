import { type ProgramSpec, program } from './program.ts'
import type { Profile } from './program-effect.ts'

/** Profiles by the names of their programs. */
export type Family = ReadonlyMap<string, Profile>

/** A family of programs as data: several names that share one entry are joined by blanks. */
export function family(entries: Readonly<Record<string, ProgramSpec | Profile>>): Family {
  const profiles = new Map<string, Profile>()
  for (const [names, entry] of Object.entries(entries)) {
    const profile = typeof entry === 'function' ? entry : program(entry)
    for (const name of names.split(' ')) {
      if (profiles.has(name)) throw new Error(`program listed twice: ${name}`)
      profiles.set(name, profile)
    }
  }
  return profiles
}
