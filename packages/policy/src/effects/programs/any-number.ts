import type { Word } from '../shell/word.ts'
import { unknown } from './outcomes.ts'
import type { Profile, ProgramEffect } from './program-effect.ts'

/**
 * What a program does when a word such as `src/*` becomes one word or several: what stands behind it may
 * be at any later place among the operands, and the second of its words at the place of the next one.
 * `canRepeat` is asked before a number of words is looked at once more.
 */
export function forAnyNumber(
  profile: Profile,
  args: readonly Word[],
  canRepeat: (words: number) => boolean
): readonly ProgramEffect[] {
  const once = profile(args)
  // A program that runs another one has passed them on twice already.
  const isTwice = args.some((word, at) => at > 0 && word === args[at - 1])
  if (isTwice || !args.some(isSeveral)) return once
  if (!canRepeat(args.length)) return [...once, unknown('there are too many patterns')]
  const twice = profile(args.flatMap((word) => (isSeveral(word) ? [word, word] : [word])))
  return [...once, ...twice.filter((effect) => !isAmong(once, effect))]
}

/** A word that may also vanish or be an option is doubted already, wherever that matters. */
function isSeveral({ isSingle, allStartWithPrefix }: Word): boolean {
  return !isSingle && allStartWithPrefix === true
}

function isAmong(effects: readonly ProgramEffect[], effect: ProgramEffect): boolean {
  return effects.some((other) => isSame(effect, other))
}

function isSame(effect: ProgramEffect, other: ProgramEffect): boolean {
  if (effect.kind === 'unknown') {
    return other.kind === 'unknown' && other.at === effect.at && other.reason === effect.reason
  }
  return 'path' in effect && effect.kind === other.kind && effect.path === other.path
}
