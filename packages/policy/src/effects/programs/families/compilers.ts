import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { sliceWord } from '../slice-word.ts'

const compilerFlags =
  /^-(?:c|S|E|v|w|s|M{1,2}[DPG]?|pipe|ansi|pthread|shared|static|pie|no-pie|rdynamic|nostd\w*|g\w*|O\w*|[DUlL].*|I.*|std=[\w+]+|W(?![lap],)[\w=-]+|f(?!plugin|use-ld|profile-use|dump)[\w+-]+|f(?:abi-version|align-\w+|cf-protection|color-diagnostics|constexpr-[\w-]+|diagnostics-color|diagnostics-show-[\w-]+|excess-precision|exec-charset|fp-contract|inline-limit|input-charset|lto|max-errors|message-length|no-sanitize|pack-struct|sanitize|sanitize-recover|stack-protector|template-depth|tls-model|trivial-auto-var-init|visibility)=[\w+-]+|m(?!llvm)[\w=+.-]+|pedantic|-version|-help|dump(?:version|machine))$/

/** Options of which the next word is a file that is written, that is read, or no file at all. */
const valued: Readonly<Record<string, (path: Word) => readonly ProgramEffect[]>> = {
  '-o': write,
  '-MF': write,
  '-include': read,
  '-imacros': read,
  '-isystem': () => [],
  '-iquote': () => [],
  '-idirafter': () => [],
  '-MT': () => [],
  '-MQ': () => [],
  '-x': () => []
}

/** A compiler: options that name no other program, plug-in or list of options. */
function compiler(args: readonly Word[]): readonly ProgramEffect[] {
  const found: ProgramEffect[] = []
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] as Word
    const outcome = Object.hasOwn(valued, word.text ?? '') ? valued[word.text ?? ''] : undefined
    const value = outcome && args[index + 1]
    if (outcome === undefined) found.push(...compilerArgument(word))
    else if (value === undefined) found.push(unknown('an option has no value', word))
    else if (!value.isSingle) found.push(unknown('a value may be several words', value))
    else {
      found.push(...outcome(value))
      index += 1
    }
  }
  return found
}

function compilerArgument(word: Word): readonly ProgramEffect[] {
  const { text, prefix } = word
  if (text === undefined && (prefix === '' || !word.isSingle)) {
    return [unknown('a word may be an option', word)]
  }
  if (/^[^-@]/.test(prefix)) return read(word)
  if (compilerFlags.test(text ?? '')) return []
  if (/^-MF./.test(prefix)) return write(sliceWord(word, 3))
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
