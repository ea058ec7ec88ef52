import { withoutName } from '../../path-ends.ts'
import type { Word } from '../../shell/word.ts'
import { reads, readsThenWrites, writes } from '../operands.ts'
import { read, throughout, unknown, write } from '../outcomes.ts'
import { program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { wordAt, wordOf } from '../slice-word.ts'

/** Modules of the standard library of which the operands are files, and which options take a value. */
export const fileModules: Readonly<Record<string, Profile>> = {
  'json.tool': program({
    options: { harmless: 'sort-keys no-ensure-ascii json-lines indent: tab no-indent compact h' },
    operands: readsThenWrites
  }),
  ...Object.fromEntries(
    ['tokenize', 'ast', 'dis', 'tabnanny'].map((name) => [
      name,
      program({
        options: {
          harmless:
            'e,exact m,mode: no-type-comments a,include-attributes i,indent: C,show-caches O,show-offsets q v h'
        },
        operands: (words) =>
          throughout(words.flatMap(read), name === 'tabnanny' ? 'all' : undefined)
      })
    ])
  ),
  base64: program({ options: { harmless: 'd e u t h' }, operands: reads }),
  gzip: program({
    options: { harmless: 'd,decompress fast best h' },
    operands: (words) => words.flatMap((word) => [...read(word), ...write(wordAt(word, undefined))])
  }),
  py_compile: program({
    options: { harmless: 'q,quiet h' },
    operands: (words) => words.flatMap((word) => [...read(word), ...bytecode(word)])
  }),
  compileall: program({
    options: {
      harmless: 'l r: f q b j,workers: x: e: o: h',
      unknown: 'd: s: p: i: hardlink-dupes invalidation-mode:'
    },
    operands: (words) =>
      throughout(
        words.flatMap((word) => [...read(word), ...write(word)]),
        'all'
      )
  }),
  venv: program({
    options: {
      harmless:
        'system-site-packages symlinks copies clear upgrade without-pip prompt: upgrade-deps without-scm-ignore-files h'
    },
    operands: writes
  }),
  // All that is below its directory is served.
  'http.server': (args) => {
    const at = args.findIndex(({ text }) => /^(?:-d|--directory)$/.test(text ?? ''))
    const given = at < 0 ? undefined : args[at + 1]
    const isPlain = args.every(({ text }) =>
      /^(?:\d+|-b|--bind|-d|--directory|(?!-)[\w./:~-]+)$/.test(text ?? '')
    )
    const start = given ?? { text: '.', prefix: '.', isSingle: true, start: 0, end: 0 }
    const served = throughout(read(start), 'followed')
    return isPlain && !args.some(({ prefix }) => /^--directory=|^-d./.test(prefix))
      ? served
      : [unknown('an argument is not understood', args[0]), ...served]
  },
  zipfile: packing,
  tarfile: packing
}

/** Where py_compile puts what it makes of a file. */
function bytecode(path: Word): readonly ProgramEffect[] {
  const { text } = path
  if (text === undefined) return write(wordAt(path, undefined, path.prefix))
  return throughout(write(wordAt(path, `${withoutName(text)}__pycache__`)), 'all')
}

/** `-l` and `-t` read an archive, `-c` makes one of files, `-e` writes all that it holds. */
function packing(args: readonly Word[]): readonly ProgramEffect[] {
  const [option, ...rest] = args.filter(
    ({ text }) => !/^(?:-v|--verbose|--filter=\w+)$/.test(text ?? '')
  )
  const [archive, ...files] = rest
  if (option === undefined || archive === undefined) return []
  const isPlain = rest.every(({ prefix, isSingle }) => isSingle && /^[^-]/.test(prefix))
  if (!isPlain) return [unknown('an argument is not understood', option)]
  switch (option.text) {
    case '-l':
    case '--list':
    case '-t':
    case '--test':
      return rest.flatMap(read)
    case '-c':
    case '--create':
      return [...write(archive), ...throughout(files.flatMap(read), 'all')]
    case '-e':
    case '--extract':
      return [...read(archive), ...throughout(write(files[0] ?? wordOf('.', archive)), 'all')]
    default:
      return [
        unknown('an option is not understood', option),
        ...rest.flatMap((word) => [...read(word), ...write(word)])
      ]
  }
}
