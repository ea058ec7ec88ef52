import type { Word } from './word.ts'

/** One piece of a word: text that is known, or a hole for what is only known when the command runs. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: 'hole'
      /** How it stands in the command. */
      readonly written: string
      /**
       * `one`: any text, as a part of one word. `split`: any text, which may become any number of words.
       * `glob`: names of files, each of them a word.
       */
      readonly shape: 'one' | 'split' | 'glob'
    }

/** A word of a command together with the pieces that it was made of. */
export interface ExpandedWord extends Word {
  /** As written, in the shell's syntax. */
  readonly written: string
  readonly pieces: readonly Piece[]
}

/** A piece of text; `isQuoted` where the shell no longer reads its characters as syntax. */
export function textPiece(text: string, isQuoted: boolean): Piece {
  return { kind: 'text', text, isQuoted }
}

/** A hole. */
export function hole(written: string, shape: 'one' | 'split' | 'glob'): Piece {
  return { kind: 'hole', written, shape }
}

/** Puts pieces together to a word. */
export function wordOf(
  pieces: readonly Piece[],
  written: string,
  { start, end }: { readonly start: number; readonly end: number }
): ExpandedWord {
  const [only] = pieces
  // Most words.
  if (pieces.length === 1 && only?.kind === 'text') {
    return { text: only.text, prefix: only.text, isSingle: true, start, end, written, pieces }
  }
  const first = pieces.findIndex((piece) => piece.kind === 'hole')
  const known = first === -1 ? pieces : pieces.slice(0, first)
  const prefix = known.map(writtenPiece).join('')
  const shapes = pieces.map((piece) => (piece.kind === 'hole' ? piece.shape : 'text'))
  const isSingle = !shapes.includes('split') && !shapes.includes('glob')
  return {
    text: first === -1 ? prefix : undefined,
    prefix,
    isSingle,
    ...(isSingle || shapes.includes('split') ? {} : { allStartWithPrefix: true }),
    start,
    end,
    written,
    pieces
  }
}

function writtenPiece(piece: Piece): string {
  return piece.kind === 'text' ? piece.text : piece.written
}
