import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { sliceWord } from '../slice-word.ts'

const compilerFlags =
  /^-(?:c|S|E|v|w|s|M{1,2}[DPG]?|pipe|ansi|pthread|shared|static|pie|no-pie|rdynamic|nostd\w*|g\w*|O\w*|[DUlL].*|I.*|std=[\w+]+|W(?![lap],)[\w=-]+|f(?!plugin|use-ld|profile-use|dump)[\w=+-]+|m[\w=+.-]+|pedantic|x|isystem|include|MF|MT|MQ|-version|-help|dump(?:version|machine))$/

/** A compiler: options that name no other program, plug-in or list of options. */
function compiler(args: readonly Word[]): readonly ProgramEffect[] {
  return args.flatMap((word, index) => {
    const before = args[index - 1]?.text ?? ''
    if (before === '-o') return write(word)
    return /^-(?:isystem|include|MF|MT|MQ|x)$/.test(before) ? [] : compilerArgument(word)
  })
}

function compilerArgument(word: Word): readonly ProgramEffect[] {
  const { text, prefix } = word
  if (text === undefined && (prefix === '' || !word.isSingle)) {
    return [unknown('a word may be an option', word)]
  }
  if (/^[^-@]/.test(prefix)) return read(word)
  if (text === '-o' || compilerFlags.test(text ?? '')) return []
  return text?.startsWith('-o') === true
    ? write(sliceWord(word, 2))
    : [unknown('an option is not understood', word)]
}

/** Compilers and linkers. */
export const compilers: Family = family({
  'gcc g++ cc c++ clang clang++': compiler,
  'ld gold lld': (args) =>
    args
      .filter(({ prefix }) => /^-(?:plugin|fuse-ld)|^@/.test(prefix))
      .map((word) => unknown('it loads code', word))
})
