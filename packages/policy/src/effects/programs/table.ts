import { readFiles } from './families/read-files.ts'
import { wrappers } from './families/wrappers.ts'
import type { Profile } from './program-effect.ts'

const families: readonly ReadonlyMap<string, Profile>[] = [readFiles, wrappers]

const profiles: ReadonlyMap<string, Profile> = new Map(families.flatMap((family) => [...family]))

/**
 * What a program does with its arguments, by its base name; undefined for a program without a
 * profile, which is judged by the text of its command alone.
 */
export function profileOf(name: string): Profile | undefined {
  return profiles.get(name)
}
