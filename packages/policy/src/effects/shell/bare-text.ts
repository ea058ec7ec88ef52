import { hole, type Piece, textPiece } from './pieces.ts'
import type { Walk } from './walk.ts'

const needsReading = /[\\~=]/

/** Characters that are syntax to the shell and that a parser leaves in no bare text. */
const syntax = /[\s`'"<>|&;()]|\$[\w({[@*#?$!'"-]/

/** The same inside `${…}` and `[[ … ]]`, where a blank or a parenthesis is text. */
const innerSyntax = /`|\$[\w({[@*#?$!'"-]/

/**
 * Reads text that stands outside all quotes: escapes and the tilde.
 *
 * It does not trust the parser: a character that the shell would read as syntax makes it unknown.
 */
export function bareText(
  walk: Walk,
  raw: string,
  node: { readonly pos: number; readonly end: number },
  isStart: boolean
): readonly Piece[] {
  const unread = walk.isInner ? innerSyntax : syntax
  if (!needsReading.test(raw) && !unread.test(raw)) return [textPiece(raw, false)]
  if (!isStart || raw.startsWith('=') === raw.startsWith('~')) return unescaped(walk, raw, node)
  // zsh reads `=name` as the path of a program.
  if (raw.startsWith('=')) {
    if (raw.length > 1) walk.onlyBash('`=` at the start of a word', node)
    return unescaped(walk, raw, node)
  }
  const tilde = /^~[^/\\]*/.exec(raw)?.[0] ?? '~'
  const home = tilde === '~' ? textPiece('~', false) : hole(tilde, 'one')
  return [home, ...unescaped(walk, raw.slice(tilde.length), node)]
}

function unescaped(
  walk: Walk,
  raw: string,
  node: { readonly pos: number; readonly end: number }
): readonly Piece[] {
  const unread = walk.isInner ? innerSyntax : syntax
  const pieces: Piece[] = []
  for (const text of raw.match(/\\[\s\S]?|[^\\]+/g) ?? []) {
    if (text.startsWith('\\')) {
      pieces.push(...escaped(walk, text, node))
      continue
    }
    if (unread.test(text)) walk.unknown('a part of it cannot be read with certainty', node)
    pieces.push(textPiece(text, false))
  }
  return pieces
}

function escaped(
  walk: Walk,
  text: string,
  node: { readonly pos: number; readonly end: number }
): readonly Piece[] {
  const character = text[1]
  if (character === undefined || character === '\n') return []
  // fish reads `\x65` as `e`, outside quotes as well.
  if (/[a-zA-Z0-9]/.test(character)) walk.onlyBash('a backslash before a letter', node)
  return [textPiece(character, true)]
}
