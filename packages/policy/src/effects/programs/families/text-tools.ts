import type { Word } from '../../shell/word.ts'
import { effectsOfAwkProgram } from '../awk-program.ts'
import { type Family, family } from '../family.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import type { ProgramSpec } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { effectsOfSedScript } from '../sed-script.ts'
import { knownText, wordAt, wordOf } from '../slice-word.ts'

const scriptFile = {
  script: (): [] => [],
  file: ({ value, at }: { value?: Word; at: Word }): readonly ProgramEffect[] => [
    unknown('its commands come from a file', at),
    ...(value === undefined ? [] : read(value))
  ]
}

const sed: ProgramSpec = {
  options: {
    harmless:
      'n,quiet,silent debug E,r,regexp-extended follow-symlinks line-length: posix s,separate sandbox u,unbuffered z,null-data',
    script: 'e,expression:',
    file: 'f,file:',
    inPlace: 'i,in-place?',
    unknown: 'l: I? a H'
  },
  roles: {
    ...scriptFile,
    inPlace: ({ value, at }) =>
      value !== undefined && /[/*]|^$/.test(value.text ?? '/')
        ? [unknown('where the old text goes is not certain', at)]
        : []
  },
  operands: (operands, parsed) => {
    const { texts, files } = programAndFiles(operands, parsed)
    const isInPlace = parsed.options.some(({ role }) => role === 'inPlace')
    // BSD's `-i` takes the next word as a suffix, often an empty one, and the script follows.
    const isDoubtful = isInPlace && texts[0]?.text === '' && given(parsed).length === 0
    return [
      ...sedEffects(isDoubtful ? [...texts, ...files.slice(0, 1)] : texts),
      ...files.flatMap((file) => [...read(file), ...(isInPlace ? kept(file, parsed) : [])])
    ]
  }
}

/** A file that is changed in place, and the old one, with the suffix that `-i` gives it. */
function kept(file: Word, { options }: ParsedArguments): readonly ProgramEffect[] {
  const suffixes = options.flatMap(({ role, value }) =>
    role === 'inPlace' && value?.text !== undefined ? [value.text] : []
  )
  const copies = suffixes.flatMap((suffix) =>
    write(wordAt(file, file.text && `${file.text}${suffix}`, file.prefix))
  )
  return [...write(file), ...copies]
}

/** Scripts that stand in several options are one, line by line. */
function sedEffects(texts: readonly Word[]): readonly ProgramEffect[] {
  const [first] = texts
  if (first === undefined) return []
  const known = texts.map(knownText)
  const dynamic = texts[known.indexOf(undefined)]
  if (dynamic !== undefined) return [unknown('a script is not known', dynamic)]
  return effectsOfSedScript(known.join('\n'), wordOf('', first))
}

const awk: ProgramSpec = {
  options: {
    harmless:
      'F,field-separator: v,assign: S,sandbox c,traditional P,posix r,re-interval s,no-optimize O,optimize b,characters-as-bytes n,non-decimal-data N,use-lc-numeric M,bignum t,lint-old k,csv V C,copyright h',
    script: 'e,source:',
    file: 'f,file: E,exec:',
    unknown:
      'i,include: l,load: d,dump-variables? p,profile? o,pretty-print? D,debug? L,lint? W: I,trace g,gen-pot m'
  },
  roles: scriptFile,
  order: 'first',
  operands: (operands, parsed) => {
    const { texts, files } = programAndFiles(operands, parsed)
    return [
      ...texts.flatMap((word) => {
        const text = knownText(word)
        return text === undefined
          ? [unknown('a program of awk is not known', word)]
          : effectsOfAwkProgram(text, word)
      }),
      ...files.filter(({ prefix }) => !/^[A-Za-z_]\w*=/.test(prefix)).flatMap(read)
    ]
  }
}

/** Options that give a program, or a part of it. */
function given({ options }: ParsedArguments): ParsedArguments['options'] {
  return options.filter(({ role }) => role === 'script' || role === 'file')
}

/** The program stands in options, or else in the first operand; the others are files. */
function programAndFiles(
  operands: readonly Word[],
  parsed: ParsedArguments
): { readonly texts: readonly Word[]; readonly files: readonly Word[] } {
  const programs = given(parsed)
  if (programs.length === 0) return { texts: operands.slice(0, 1), files: operands.slice(1) }
  const texts = programs.flatMap(({ role, value }) =>
    role === 'script' && value !== undefined ? [value] : []
  )
  return { texts, files: operands }
}

/** Programs that change text by a program of their own. */
export const textTools: Family = family({
  'sed gsed': sed,
  'awk gawk mawk nawk original-awk': awk
})
