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
  const pieces: Piece[] = []
  let rest = raw
  if (isStart && raw.startsWith('~')) {
    const tilde = /^~[^/\\]*/.exec(raw)?.[0] ?? '~'
    pieces.push(tilde === '~' ? textPiece('~', false) : hole(tilde, 'one'))
    rest = raw.slice(tilde.length)
  }
  // zsh reads `=name` as the path of a program.
  if (isStart && raw.startsWith('=') && raw.length > 1)
    walk.onlyBash('`=` at the start of a word', node)
  for (let at = 0; at < rest.length; ) {
    if (rest[at] === '\\') {
      pieces.push(...escaped(walk, rest.slice(at, at + 2), node))
      at += 2
      continue
    }
    const next = rest.indexOf('\\', at)
    const text = rest.slice(at, next === -1 ? rest.length : next)
    if (unread.test(text)) walk.unknown('a part of it cannot be read with certainty', node)
    pieces.push(textPiece(text, false))
    at += text.length
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
