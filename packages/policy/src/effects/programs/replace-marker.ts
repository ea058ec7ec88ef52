import { hole, textPiece, wordOf } from '../shell/pieces.ts'
import type { Word } from '../shell/word.ts'
import { wordAt } from './slice-word.ts'

/** What stands in the place of a marker such as `{}`. */
export interface Replacement {
  /** What is known of its beginning. */
  readonly prefix: string
  /** Whether a word that is only the marker stays one word. */
  readonly isSingle: boolean
  /** The paths at or below which it is. */
  readonly below?: readonly Word[]
}

/** Words in which a marker stands for texts that are known only when the program runs. */
export function replaceMarker(
  words: readonly Word[],
  marker: string,
  { prefix, isSingle, below }: Replacement
): readonly Word[] {
  return words.map((word) => {
    const at = (word.text ?? word.prefix).indexOf(marker)
    if (marker === '' || at < 0) return word
    const known = `${word.prefix.slice(0, at)}${prefix}`
    if (word.text !== marker) return wordAt(word, undefined, known)
    return inPlaceOf(word, marker, { prefix: known, isSingle, ...(below ? { below } : {}) })
  })
}

/** Any number of arguments that stand for paths at or below others. */
export function manyBelow(at: Word, replacement: Replacement): Word {
  return inPlaceOf(wordAt(at, '{}', '{}', true), '{}', replacement)
}

function inPlaceOf(word: Word, marker: string, { prefix, isSingle, below }: Replacement): Word {
  const one: Word = isSingle
    ? wordAt(word, undefined, prefix)
    : { ...wordAt(word, undefined, prefix, false), allStartWithPrefix: true }
  // With pieces of its own, it stays the same word for the program that is run.
  return below === undefined ? one : { ...pieced(one, marker), ...one, below }
}

function pieced(word: Word, marker: string): Word {
  return wordOf([textPiece(word.prefix, true), hole(marker, 'one')], marker, word)
}
