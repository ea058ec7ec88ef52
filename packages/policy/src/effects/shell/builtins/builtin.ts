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
    const text = word.text ?? word.prefix
    // In quotes or not: what is not known may be an option.
    if (word.text === undefined && /^(-|$)/.test(text)) return undefined
    if (text === '--') return { options, operands: args.slice(at + 1) }
    if (!/^-./.test(text)) break
    const found = lettersOf(word, flags, valued)
    if (!found) return undefined
    const { letters, value, wantsValue } = found
    options.push(...letters.map((letter) => ({ letter })))
    if (wantsValue !== undefined) options.push({ letter: wantsValue, value: value ?? args[++at] })
  }
  return { options, operands: args.slice(at) }
}

interface Letters {
  readonly letters: readonly string[]
  /** The option that takes a value, and the value if it is in the same word. */
  readonly wantsValue?: string
  readonly value?: ExpandedWord
}

function lettersOf(word: ExpandedWord, flags: string, valued: string): Letters | undefined {
  const text = word.text ?? ''
  const letters: string[] = []
  for (let at = 1; at < text.length; at++) {
    const name = text[at] as string
    if (valued.includes(name)) {
      const rest = text.slice(at + 1)
      const isThere = rest !== ''
      return {
        letters,
        wantsValue: name,
        ...(isThere ? { value: { ...word, text: rest, prefix: rest } } : {})
      }
    }
    if (!flags.includes(name)) return undefined
    letters.push(name)
  }
  return { letters }
}
