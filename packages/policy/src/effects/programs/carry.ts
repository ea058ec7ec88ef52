import type { Word } from '../shell/word.ts'
import { run, script, unknown } from './outcomes.ts'
import type { OptionMeaning } from './program.ts'
import type { ProgramEffect } from './program-effect.ts'
import { wordAt } from './slice-word.ts'

/** Options that move to another place first, so that relative paths mean something else. */
export const elsewhere: Readonly<Record<'elsewhere', OptionMeaning>> = {
  elsewhere: ({ at }) => [unknown('what it runs is run in another directory', at)]
}

/** A wrapper that starts a shell when no program is named. */
export function runsOrShell(words: readonly Word[]): readonly ProgramEffect[] {
  return words.length === 0 ? [unknown('a shell reads further commands')] : run(words)
}

/** Words that a shell reads again, joined by blanks. */
export function joinedScript(words: readonly Word[]): readonly ProgramEffect[] {
  const [first] = words
  if (first === undefined) return []
  const texts = words.map(({ text, isSingle }) => (isSingle ? text : undefined))
  const isKnown = texts.every((text) => text !== undefined)
  const text = isKnown ? texts.join(' ') : undefined
  const joined = wordAt(first, text, text ?? first.prefix, true)
  return script({ ...joined, end: words.at(-1)?.end ?? first.end }, 'sh')
}
