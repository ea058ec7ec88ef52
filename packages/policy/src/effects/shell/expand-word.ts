import { checkArithmetic } from './arithmetic.ts'
import { bareText } from './bare-text.ts'
import { expandBraces } from './braces.ts'
import { expandParameter, expandVariable } from './expand-parameter.ts'
import { shellLimits } from './limits.ts'
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
  const words = combine(alternatives, written)
  return words
    .filter((pieces) => words.length === 1 || !isNothing(pieces))
    .map((pieces) => wordOf(withoutLooseBraces(pieces), written, range))
}

/** Whether nothing is left of a word: an empty text of a brace expansion is no word. */
function isNothing(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) => piece.kind === 'text' && piece.text === '' && !piece.isQuoted)
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
      return isQuoted ? quotedText(walk, part) : bareText(walk, part.text, part, isStart)
    case 'SingleQuoted':
      return [textPiece(part.value, true)]
    case 'AnsiCQuoted':
      return ansiQuoted(walk, part)
    case 'LocaleString':
      walk.unknown('the text is translated when it runs', part)
      return doubleQuoted(walk, part.parts)
    case 'DoubleQuoted':
      return doubleQuoted(walk, part.parts)
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
    default:
      return patternPieces(walk, part, isQuoted)
  }
}

type PatternPart = Extract<WordPart, { type: 'Glob' | 'ExtendedGlob' | 'BraceExpansion' }>

/** What becomes names of files, or several words. */
function patternPieces(walk: Walk, part: PatternPart, isQuoted: boolean): readonly Piece[] {
  if (part.type === 'ExtendedGlob') walk.onlyBash('a pattern in parentheses', part)
  for (const inner of part.parts ?? []) partPieces(walk, inner, false, false)
  if (part.type === 'BraceExpansion') return [hole(part.text, 'split')]
  return [isQuoted ? textPiece(part.text, true) : hole(part.text, 'glob')]
}

function doubleQuoted(walk: Walk, parts: readonly WordPart[]): readonly Piece[] {
  if (parts.length === 0) return [textPiece('', true)]
  return parts.flatMap((inner) => partPieces(walk, inner, true, false))
}

/** Text in double quotes, in which a parser leaves no expansion. */
function quotedText(walk: Walk, part: Extract<WordPart, { type: 'Literal' }>): readonly Piece[] {
  const bare = part.text.replace(/\\[\s\S]/g, '')
  if (/`|\$[\w({[@*#?$!-]/.test(bare)) {
    walk.unknown('a part of it cannot be read with certainty', part)
  }
  return [textPiece(part.value, true)]
}

/** Escapes that mean the same in every shell that knows them. */
const plainEscapes =
  /\\(?:[abefnrtv\\'"?]|x[2-7][0-9a-fA-F](?![0-9a-fA-F])|[0-3][0-7]{2}|[0-7]{2}(?![0-7]))/g

/** dash knows no `$'…'`, and a NUL in it ends the text in one shell and not in another. */
function ansiQuoted(
  walk: Walk,
  part: Extract<WordPart, { type: 'AnsiCQuoted' }>
): readonly Piece[] {
  if (walk.shell === 'sh' || walk.shell === 'fish') {
    walk.unknown('not every shell knows this kind of quotes', part)
  }
  // dash ends the text at the first quote, also behind a backslash.
  if (part.text.includes("\\'") && walk.shell !== 'zsh')
    walk.onlyBash('a quote in such quotes', part)
  // An escape that is not among them leaves its backslash.
  const isPlain = /^\$'[^'\\]*'$/.test(part.text.replace(plainEscapes, ''))
  if (isPlain && !part.value.includes('\0')) return [textPiece(part.value, true)]
  walk.unknown('an escape in it means different things', part)
  return [textPiece(part.value, true), hole(part.text, 'one')]
}

/** Braces outside quotes that the parser did not see as an expansion, and a shell might. */
function withoutLooseBraces(pieces: readonly Piece[]): readonly Piece[] {
  const bare = pieces
    .map((piece) => (piece.kind === 'text' && !piece.isQuoted ? piece.text : ''))
    .join('')
  if (!bare.includes('{') || bare === '{}' || bare === '{') return pieces
  const inner = bare.slice(bare.indexOf('{') + 1, Math.max(0, bare.lastIndexOf('}')))
  if (!inner.includes(',') && !inner.includes('..')) return pieces
  return [hole(bare, 'split')]
}

function combine(
  alternatives: readonly (readonly (readonly Piece[])[])[],
  written: string
): readonly (readonly Piece[])[] {
  let combined: Piece[][] = [[]]
  for (const choices of alternatives) {
    const [only] = choices
    if (choices.length === 1 && only) for (const pieces of combined) pieces.push(...only)
    else combined = combined.flatMap((before) => choices.map((pieces) => [...before, ...pieces]))
    if (combined.length > shellLimits.maxBraceWords) return [[hole(written, 'split')]]
  }
  return combined
}
