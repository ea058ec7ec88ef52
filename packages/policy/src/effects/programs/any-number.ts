import type { Word } from '../shell/word.ts'
import type { Profile, ProgramEffect } from './program-effect.ts'

/**
 * What a program does when a word such as `src/*` becomes one word or several: what stands behind it may
 * be at any later place among the operands, and the second of its words at the place of the next one.
 */
export function forAnyNumber(profile: Profile, args: readonly Word[]): readonly ProgramEffect[] {
  const once = profile(args)
  if (!args.some(isSeveral)) return once
  const twice = profile(args.flatMap((word) => (isSeveral(word) ? [word, word] : [word])))
  return [...once, ...twice.filter((effect) => !once.some((other) => isSame(effect, other)))]
}

/** A word that may also vanish or be an option is doubted already, wherever that matters. */
function isSeveral({ isSingle, allStartWithPrefix }: Word): boolean {
  return !isSingle && allStartWithPrefix === true
}

function isSame(effect: ProgramEffect, other: ProgramEffect): boolean {
  if (effect.kind === 'unknown') {
    return other.kind === 'unknown' && other.at === effect.at && other.reason === effect.reason
  }
  return 'path' in effect && effect.kind === other.kind && effect.path === other.path
}
