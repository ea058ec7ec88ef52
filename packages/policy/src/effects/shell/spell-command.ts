import type { Proof, Spellings } from '../effect.ts'
import type { ExpandedWord, Piece } from './pieces.ts'
import { quoteWord } from './quote-word.ts'

/** Longer than any run of `?` in a pattern. */
const padding = '\ufffc'.repeat(300)

/** A command in all the ways in which rules may speak of it. */
export interface SpelledCommand {
  readonly command: Spellings
  /** Its words joined, with gaps in the place of what is unknown; undefined when nothing is. */
  readonly gapped: readonly (readonly string[])[] | undefined
}

/**
 * Spells a command: as written and with canonical quotes, of which an allow rule must match one; and
 * dequoted and by the base name of its program, for the rules that restrict.
 */
export function spellCommand(
  words: readonly ExpandedWord[],
  addsArguments: boolean
): SpelledCommand {
  if (!addsArguments && words.every(isPlain)) return spellPlainCommand(words)
  const isWhole = words.every((word) => word.text !== undefined) && !addsArguments
  const end = addsArguments ? ' ' : ''
  const written = words.map(writtenWord).join(' ') + end
  const canonical = words.map(canonicalWord).join(' ') + end
  const dequoted = words.map((word) => joinPieces(word.pieces, writtenHole)).join(' ') + end
  const proofs = proofsOf(words, addsArguments, written, canonical)
  const wide = new Set([dequoted, written, canonical])
  if (!isWhole) {
    wide.add(words.map((word) => joinPieces(word.pieces, () => '')).join(' ') + end)
    wide.add(words.map((word) => joinPieces(word.pieces, () => ' ')).join(' ') + end)
    // What may be nothing may leave the next word as the program.
    for (const text of [...wide]) wide.add(text.replace(/\s+/g, ' ').trimStart())
  }
  for (const text of [...wide]) addBaseNames(text, wide)
  if (words.length === 1 && !addsArguments) for (const text of [...wide]) wide.add(`${text} `)
  // What an allow rule looks at, a restrictive one sees as well.
  for (const { text } of proofs) wide.delete(text)
  return {
    command: { all: [], any: proofs, wide: [...wide] },
    gapped: isWhole ? undefined : [gapsOf(words, addsArguments)]
  }
}

/** Whether a word is written as it is meant, and as we would write it. */
function isPlain({ text, written }: ExpandedWord): boolean {
  return text === written && quoteWord(written) === written
}

/** Spells a command in the same way, but fast: most have one spelling. */
function spellPlainCommand(words: readonly ExpandedWord[]): SpelledCommand {
  const text = words.map((word) => word.written).join(' ')
  const restrictive = new Set<string>()
  addBaseNames(text, restrictive)
  const texts = words.length === 1 ? [text, `${text} `] : [text]
  if (words.length === 1) for (const base of [...restrictive]) restrictive.add(`${base} `)
  const any = texts.map((one): Proof => ({ text: one, padded: one }))
  return { command: { all: [], any, wide: [...restrictive] }, gapped: undefined }
}

function proofsOf(
  words: readonly ExpandedWord[],
  addsArguments: boolean,
  written: string,
  canonical: string
): readonly Proof[] {
  const isWhole = !addsArguments && words.every((word) => word.text !== undefined)
  const proofOf = (text: string, spell: (word: ExpandedWord) => string): Proof => ({
    text,
    padded: isWhole ? text : paddedCommand(words, addsArguments, spell)
  })
  const proofs = [proofOf(written, writtenWord)]
  if (canonical !== written) proofs.push(proofOf(canonical, canonicalWord))
  // `ls *` is meant for `ls` as well.
  if (words.length > 1 || addsArguments) return proofs
  return proofs.flatMap((proof) => [proof, { text: `${proof.text} `, padded: `${proof.padded} ` }])
}

function paddedCommand(
  words: readonly ExpandedWord[],
  addsArguments: boolean,
  spell: (word: ExpandedWord) => string
): string {
  const texts = words.map((word) =>
    word.text === undefined ? joinPieces(word.pieces, () => padding) : spell(word)
  )
  return texts.join(' ') + (addsArguments ? ` ${padding}` : '')
}

function writtenWord(word: ExpandedWord): string {
  return word.written.replace(/\\\n/g, '')
}

function canonicalWord(word: ExpandedWord): string {
  return word.text === undefined ? writtenWord(word) : quoteWord(word.text)
}

function joinPieces(pieces: readonly Piece[], fill: (written: string) => string): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : fill(piece.written))).join('')
}

function writtenHole(written: string): string {
  return written
}

/** The known texts of a command, between which anything may stand. */
function gapsOf(words: readonly ExpandedWord[], addsArguments: boolean): readonly string[] {
  const texts: string[] = ['']
  const extend = (text: string): void => {
    texts[texts.length - 1] += text
  }
  for (const [at, word] of words.entries()) {
    if (at > 0) extend(' ')
    for (const piece of word.pieces) {
      if (piece.kind === 'text') extend(piece.text)
      else texts.push('')
    }
  }
  if (addsArguments) {
    extend(' ')
    texts.push('')
  }
  return texts
}

/** The same command by the base name of its program. */
function addBaseNames(text: string, wide: Set<string>): void {
  const end = text.indexOf(' ')
  const name = end === -1 ? text : text.slice(0, end)
  const slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'))
  if (slash === -1) return
  wide.add(name.slice(slash + 1) + text.slice(name.length))
}
