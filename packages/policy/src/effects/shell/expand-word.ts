import { checkArithmetic } from './arithmetic.ts'
import { bareText } from './bare-text.ts'
import { expandBraces } from './braces.ts'
import { expandParameter, expandVariable } from './expand-parameter.ts'
import type { WordNode, WordPart } from './parse-script.ts'
import { type ExpandedWord, hole, type Piece, textPiece, wordOf } from './pieces.ts'
import { walkSubstitution } from './substitution.ts'
import type { Walk } from './walk.ts'

const safe = /^[A-Za-z0-9_@%+:,./-]+$/

/**
 * What one word becomes: usually one word, several if it has braces, none never, since what may vanish
 * is a word that is not single. Walks every command inside it.
 */
export function expandWord(walk: Walk, node: WordNode): readonly ExpandedWord[] {
  const range = walk.rangeOf(node)
  const { text: written } = node
  if (safe.test(written)) return [wordOf([textPiece(written, false)], written, range)]
  walk.findings.canStep()
  const parts = node.parts
  if (!parts) {
    return [wordOf(withoutLooseBraces(bareText(walk, written, node, true)), written, range)]
  }
  const alternatives = parts.map((part, at) => partAlternatives(walk, part, at === 0))
  return combine(alternatives, written).map((pieces) =>
    wordOf(withoutLooseBraces(pieces), written, range)
  )
}

/** A word as one text: as in an assignment, a here-string or `case`, where nothing is split. */
export function expandUnsplit(walk: Walk, node: WordNode): ExpandedWord {
  const [first, ...others] = expandWord(walk, node)
  if (first && others.length === 0) {
    if (first.isSingle) return first
    const pieces = first.pieces.map((piece) =>
      piece.kind === 'hole' ? hole(piece.written, 'one') : piece
    )
    return wordOf(pieces, first.written, first)
  }
  // Braces are plain text where nothing is split, and which text that is does not matter much.
  return wordOf([hole(node.text, 'one')], node.text, walk.rangeOf(node))
}

/** The pieces of one part of a word that has no braces. */
export function expandPart(walk: Walk, part: WordPart, isQuoted: boolean): readonly Piece[] {
  return partPieces(walk, part, isQuoted, false)
}

function partAlternatives(
  walk: Walk,
  part: WordPart,
  isStart: boolean
): readonly (readonly Piece[])[] {
  if (part.type !== 'BraceExpansion') return [partPieces(walk, part, false, isStart)]
  const texts = expandBraces(part.text)
  for (const inner of part.parts ?? []) partPieces(walk, inner, false, false)
  // fish knows no sequences, and runs what stands in braces at the start of a command.
  if (!texts) return [[hole(part.text, 'split')]]
  return texts.map((text) => [textPiece(text, false)])
}

function partPieces(
  walk: Walk,
  part: WordPart,
  isQuoted: boolean,
  isStart: boolean
): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
      return isQuoted ? [textPiece(part.value, true)] : bareText(walk, part.text, part, isStart)
    case 'SingleQuoted':
      return [textPiece(part.value, true)]
    case 'AnsiCQuoted':
      return ansiQuoted(walk, part)
    case 'LocaleString':
      walk.unknown('the text is translated when it runs', part)
      return part.parts.flatMap((inner) => partPieces(walk, inner, true, false))
    case 'DoubleQuoted':
      return part.parts.length === 0
        ? [textPiece('', true)]
        : part.parts.flatMap((inner) => partPieces(walk, inner, true, false))
    case 'SimpleExpansion':
      return expandVariable(walk, part.text.slice(1), part, isQuoted)
    case 'ParameterExpansion':
      return expandParameter(walk, part, isQuoted)
    case 'CommandExpansion':
      walkSubstitution(walk, part)
      return [hole(walk.written(part), isQuoted ? 'one' : 'split')]
    case 'ProcessSubstitution':
      walkSubstitution(walk, part)
      return [textPiece('/dev/fd/', true), hole(walk.written(part), 'one')]
    case 'ArithmeticExpansion':
      checkArithmetic(walk, part.expression, part)
      return [hole(walk.written(part), 'one')]
    case 'Glob':
      for (const inner of part.parts ?? []) partPieces(walk, inner, false, false)
      return [isQuoted ? textPiece(part.text, true) : hole(part.text, 'glob')]
    case 'ExtendedGlob':
      walk.onlyBash('a pattern in parentheses', part)
      for (const inner of part.parts ?? []) partPieces(walk, inner, false, false)
      return [hole(part.text, 'glob')]
    case 'BraceExpansion':
      for (const inner of part.parts ?? []) partPieces(walk, inner, false, false)
      return [hole(part.text, 'split')]
  }
}

/** dash knows no `$'…'`, and a NUL in it ends the text in one shell and not in another. */
function ansiQuoted(
  walk: Walk,
  part: Extract<WordPart, { type: 'AnsiCQuoted' }>
): readonly Piece[] {
  if (walk.shell === 'sh' || walk.shell === 'fish') {
    walk.unknown('not every shell knows this kind of quotes', part)
  }
  const isPlain =
    /^\$'([^'\\]|\\([abefnrtv\\'"?]|x[2-7][0-9a-fA-F](?![0-9a-fA-F])|[0-3]?[0-7]{2}))*'$/
  if (isPlain.test(part.text) && !part.value.includes('\0')) return [textPiece(part.value, true)]
  walk.unknown('an escape in it means different things', part)
  return [textPiece(part.value, true), hole(part.text, 'one')]
}

/** Braces outside quotes that the parser did not see as an expansion, and a shell might. */
function withoutLooseBraces(pieces: readonly Piece[]): readonly Piece[] {
  const bare = pieces
    .map((piece) => (piece.kind === 'text' && !piece.isQuoted ? piece.text : ''))
    .join('')
  if (!bare.includes('{') || bare === '{}' || bare === '{') return pieces
  if (!/\{.*(,|\.\.).*\}/.test(bare)) return pieces
  return [hole(bare, 'split')]
}

function combine(
  alternatives: readonly (readonly (readonly Piece[])[])[],
  written: string
): readonly (readonly Piece[])[] {
  let combined: (readonly Piece[])[] = [[]]
  for (const choices of alternatives) {
    combined = combined.flatMap((before) => choices.map((pieces) => [...before, ...pieces]))
    if (combined.length > 64) return [[hole(written, 'split')]]
  }
  return combined
}
