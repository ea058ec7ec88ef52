import type { Word } from '../shell/word.ts'

/**
 * The part of a word from a position in its text on, such as the value in `--output=file`. The
 * beginning must be known up to there. Its range is exact where the word is written without quotes
 * or escapes, else that of the whole word.
 */
export function sliceWord(word: Word, from: number): Word {
  const isPlain = word.text !== undefined && word.end - word.start === word.text.length
  const sliced = wordAt(word, word.text?.slice(from), word.prefix.slice(from))
  return isPlain ? { ...sliced, start: word.start + from } : sliced
}

/** Another word at the place of a word. Nothing else of that one is kept: it is written differently. */
export function wordAt(
  at: Word,
  text: string | undefined,
  prefix: string = text ?? '',
  isSingle: boolean = at.isSingle
): Word {
  const word = { text, prefix, isSingle, start: at.start, end: at.end }
  return !isSingle && at.allStartWithPrefix === true ? { ...word, allStartWithPrefix: true } : word
}

/** One word that is made of a known text, at the place of another word. */
export function wordOf(text: string, at: Word): Word {
  return wordAt(at, text, text, true)
}

/** The text of a word that is exactly one word and known; undefined for every other. */
export function knownText(word: Word | undefined): string | undefined {
  return word?.isSingle === true ? word.text : undefined
}

/** Whether every word that it may become starts with its prefix. */
export function keepsPrefix(word: Word): boolean {
  return word.isSingle || word.allStartWithPrefix === true
}
