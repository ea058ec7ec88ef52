import type { Word } from '../shell/word.ts'
import { wordAt } from './slice-word.ts'

/** What stands in the place of a marker such as `{}`. */
export interface Replacement {
  /** What is known of its beginning. */
  readonly prefix: string
  /** Whether a word that is only the marker stays one word. */
  readonly isSingle: boolean
}

/** Words in which a marker stands for texts that are known only when the program runs. */
export function replaceMarker(
  words: readonly Word[],
  marker: string,
  { prefix, isSingle }: Replacement
): readonly Word[] {
  return words.map((word) => {
    const at = (word.text ?? word.prefix).indexOf(marker)
    if (marker === '' || at < 0) return word
    const known = `${word.prefix.slice(0, at)}${prefix}`
    if (word.text === marker && !isSingle) {
      return { ...wordAt(word, undefined, known, false), allStartWithPrefix: true }
    }
    return wordAt(word, undefined, known)
  })
}
