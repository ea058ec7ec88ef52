import type { ProgramEffect } from '../../programs/program-effect.ts'
import type { ExpandedWord } from '../pieces.ts'
import type { Walk } from '../walk.ts'

/**
 * What a builtin does with its arguments, which exclude its own name. Like a program's profile, except
 * that it may change the shell that runs it.
 */
export type Builtin = (walk: Walk, args: readonly ExpandedWord[]) => readonly ProgramEffect[]

/** A builtin does something that cannot be known. */
export function unknown(reason: string, at?: ExpandedWord): readonly ProgramEffect[] {
  return at === undefined ? [{ kind: 'unknown', reason }] : [{ kind: 'unknown', reason, at }]
}

export const nothing: readonly ProgramEffect[] = Object.freeze([])

/** A name that is nothing but a name: no subscript, which would be evaluated. */
export function isIdentifier(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z_]\w*$/.test(text)
}

export interface SplitArguments {
  /** Each letter of the options, and the value of those that take one. */
  readonly options: readonly {
    readonly letter: string
    readonly value?: ExpandedWord | undefined
  }[]
  readonly operands: readonly ExpandedWord[]
}

/**
 * Splits arguments into one-letter options and operands, as builtins do: options first. Undefined if an
 * option is not among those named, or cannot be known.
 */
export function splitArguments(
  args: readonly ExpandedWord[],
  flags: string,
  valued = ''
): SplitArguments | undefined {
  const options: { letter: string; value?: ExpandedWord | undefined }[] = []
  let at = 0
  for (; at < args.length; at++) {
    const word = args[at] as ExpandedWord
    if (word.text === undefined && (word.prefix === '' || word.prefix.startsWith('-'))) {
      // In quotes it is one word; it may still be an option.
      return undefined
    }
    const text = word.text ?? word.prefix
    if (text === '--') return { options, operands: args.slice(at + 1) }
    if (!/^-./.test(text)) break
    for (let letter = 1; letter < text.length; letter++) {
      const name = text[letter] as string
      if (valued.includes(name)) {
        const rest = text.slice(letter + 1)
        const value = rest === '' ? args[++at] : { ...word, text: rest, prefix: rest }
        options.push({ letter: name, value })
        break
      }
      if (!flags.includes(name)) return undefined
      options.push({ letter: name })
    }
  }
  return { options, operands: args.slice(at) }
}
