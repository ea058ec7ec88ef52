import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { read, throughout, unknown, write } from '../outcomes.ts'
import { type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { knownText, wordOf } from '../slice-word.ts'
import { uv } from './package-managers/others.ts'
import { pip } from './package-managers/pip.ts'
import { runsFile } from './program-source.ts'
import { fileModules } from './python-modules.ts'

/** Code in an option, modules that are loaded first, or a prompt for more. */
const roles: NonNullable<ProgramSpec['roles']> = {
  code: ({ value, at }) => [unknown('code in another language is not understood', value ?? at)],
  asks: () => []
}

/** An interpreter whose first operand is the file of its program. */
function interpreter(
  harmless: string,
  code: string,
  unknownOptions: string,
  asks: string
): ProgramSpec {
  return {
    options: { harmless, code, unknown: unknownOptions, asks },
    roles,
    order: 'first',
    operands: (words, parsed) =>
      parsed.options.some(({ role }) => role === 'code') ? [] : runsFile(words, parsed)
  }
}

/** Modules that are programs of their own and take no code as an argument. */
const modules =
  /^(?:pytest|unittest|doctest|venv|virtualenv|ensurepip|json\.tool|py_compile|compileall|tabnanny|tokenize|ast|dis|this|calendar|platform|sysconfig|site|black|ruff|mypy|flake8|isort|pylint|pyflakes|pycodestyle|pydocstyle|bandit|build|twine|wheel|sphinx|mkdocs|coverage|flask|uvicorn|alembic|towncrier|pyright|autopep8|yapf|vulture|radon|interrogate|codespell_lib|pre_commit|babel|cython|piptools|pipdeptree|gzip|zipfile|tarfile|base64|http\.server)$/

/** Options of such modules, and their abbreviations, that take code or name what is loaded. */
const loads =
  /^(?:--(?:in|init-?h|init-hook|lo|load-plugins|rcfile|plugin|python-exec|install-types|app|factory|config-settings?).*|-p(?!y).*|-[AD].*)$/

/** Of those modules, the ones that change the files that they are given. */
const formats = /^(?:black|isort|autopep8|yapf|ruff|codespell_lib|cython|2to3)$/

/** What may be files among the arguments of a module. */
function filesOf(name: string, args: readonly Word[]): readonly ProgramEffect[] {
  const paths = args.filter(({ prefix }) => !prefix.startsWith('-'))
  return paths.flatMap((word) => {
    const path: Word = { ...word, isPossible: true }
    const effects = formats.test(name) ? [...read(path), ...write(path)] : read(path)
    return formats.test(name) ? throughout(effects, 'searched') : effects
  })
}

const warnings = /^(?:default|error|always|module|once|ignore|d|e|a|m|o|i)$/

const pythonSpec: ProgramSpec = {
  options: {
    harmless: 'b B d E I O P q s S u v x',
    asks: 'V version h help help-all help-env help-xoptions',
    code: 'c:',
    module: 'm:',
    warnings: 'W:',
    implementation: 'X:',
    unknown: 'i check-hash-based-pycs:'
  },
  roles: {
    ...roles,
    module: ({ value, at }) =>
      modules.test(value?.text ?? '') ? [] : [unknown('what a module does is not known', at)],
    warnings: ({ value, at }) =>
      warnings.test(value?.text ?? '') ? [] : [unknown('a filter of warnings may load code', at)],
    implementation: ({ value, at }) =>
      /^(?:dev|utf8(?:=[01])?|faulthandler|tracemalloc(?:=\d+)?|importtime|no_debug_ranges|showrefcount|frozen_modules=\w+|gil=[01])$/.test(
        value?.text ?? ''
      )
        ? []
        : [unknown('an option of the implementation is not understood', at)]
  },
  order: 'first',
  operands: (words, parsed) =>
    parsed.options.some(({ role }) => role === 'code' || role === 'module')
      ? []
      : runsFile(words, parsed)
}

const pythonProgram = program(pythonSpec)
const beforeModule = program({ ...pythonSpec, operands: () => [] })

/** `-m` ends python's own options: what follows belongs to the module. */
const python: Profile = (args) => {
  const at = args.findIndex(
    ({ prefix }) => /^-(?:[bBdEIOPqsSuvx]*m|(?!-)[^m]*c|$)/.test(prefix) || !prefix.startsWith('-')
  )
  const word = args[at]
  const match = /^-[bBdEIOPqsSuvx]*m/.exec(word?.prefix ?? '')
  if (word === undefined || match === null) return pythonProgram(args)
  const isAttached = word.text !== match[0]
  const name = isAttached ? word.text?.slice(match[0].length) : knownText(args[at + 1])
  const own = beforeModule(args.slice(0, at))
  const rest = args.slice(at + (isAttached ? 1 : 2))
  if (name === 'pip') return [...own, ...pip(rest)]
  if (name === 'uv') return [...own, ...uv(rest)]
  const isKnown = name !== undefined && modules.test(name)
  const profile = Object.hasOwn(fileModules, name ?? '') ? fileModules[name ?? ''] : undefined
  if (profile !== undefined) return [...own, ...profile(rest)]
  const loading = rest.filter(({ text }) => text === undefined || loads.test(text))
  return isKnown
    ? [
        ...own,
        ...filesOf(name, rest),
        ...loading.map((at) => unknown('an option of a module may load code', at))
      ]
    : [...own, unknown('what a module does is not known', args[at + 1] ?? word)]
}

/** Members of a module or of `process`, by names and numbers: no call, no operator, no other variable. */
const members = String.raw`(?:\.[A-Za-z_$][\w$]*|\[(?:\d+|'[^'"\\\n]*'|"[^'"\\\n]*")\])*`
const ofModule = new RegExp(
  String.raw`^\s*require\((['"])((?:\.{1,2}|)/[\w@./ +-]*\.json)\1\)${members}\s*;?\s*$`
)
const ofProcess = new RegExp(
  String.raw`^\s*process\.(?:versions?|platform|arch|release|features|argv0|execPath|pid)${members}\s*;?\s*$`
)

/**
 * What `node -p` shows of a JSON file or of itself; whatever else code may be is unknown. Where the name is
 * that of a module after all, it is run, as by `node NAME`.
 */
function shownValue(name: string, value: Word | undefined): readonly ProgramEffect[] | undefined {
  const text = knownText(value)
  if (value === undefined || text === undefined || !/^(?:p|print|pe)$/.test(name)) return undefined
  if (ofProcess.test(text)) return []
  const file = ofModule.exec(text)?.[2]
  return file === undefined ? undefined : read(wordOf(file, value))
}

const node: ProgramSpec = {
  options: {
    harmless:
      'c,check no-warnings trace-warnings trace-deprecation trace-uncaught trace-exit throw-deprecation no-deprecation pending-deprecation enable-source-maps experimental-strip-types experimental-transform-types experimental-vm-modules experimental-json-modules experimental-sqlite experimental-websocket experimental-permission permission max-old-space-size: max-semi-space-size: max-http-header-size: stack-trace-limit: stack-size: expose-gc preserve-symlinks preserve-symlinks-main unhandled-rejections: test test-only test-name-pattern: test-concurrency: test-timeout: test-isolation: experimental-test-coverage experimental-test-isolation: watch run: use-openssl-ca use-system-ca dns-result-order: input-type: no-experimental-strip-types disable-warning:',
    asks: 'v version h help v8-options completion-bash',
    code: 'e,eval: p,print: pe: i interactive',
    unknown:
      'r,require: import: loader: experimental-loader: inspect inspect-brk inspect-wait inspect-port: env-file: env-file-if-exists: icu-data-dir: openssl-config: redirect-warnings: report-dir: report-on-signal cpu-prof cpu-prof-dir: heap-prof diagnostic-dir: test-reporter: test-reporter-destination: test-global-setup: experimental-config-file: watch-path: experimental-policy: build-snapshot snapshot-blob: conditions: C: title: trace-event-categories: trace-event-file-pattern: tls-keylog: secure-heap: prof cpu-prof-name: frozen-intrinsics'
  },
  roles: {
    ...roles,
    code: ({ name, value, at }) =>
      shownValue(name, value) ?? [
        unknown('code in another language is not understood', value ?? at)
      ]
  },
  order: 'first',
  hasOneDash: true,
  operands: (words, parsed) => {
    if (parsed.options.some(({ name, role }) => role === 'code' || /^(?:test|run)$/.test(name)))
      return []
    return words[0]?.text === 'inspect'
      ? [unknown('a debugger reads further commands', words[0])]
      : runsFile(words, parsed)
  }
}

const perl = interpreter(
  'w W X t T u s',
  'e: E: n p a',
  'M: m: I: i? C? D? F: l? 0? S x? d? c f',
  'v V? help version'
)
const ruby = interpreter(
  'w W? v2 verbose enable: disable: d debug',
  'e: n p a l',
  'r: I: i? C: F: K? E: U S x? s c T? jit dump: y',
  'v version h help'
)
const php = interpreter(
  'q n',
  'r: B: R: E: a',
  'd: c: z: f: F: t: S: g: s w',
  'v version i m h help ini'
)
const lua = interpreter('E W', 'e: i', 'l:', 'v')
const generic = interpreter('', 'e: eval: p: c: i E:', 'r: l: L: I: m: f: x:', 'v V version help')

/** Interpreters that ask for more after the file that they are given. */
const prompts: Profile = (args) =>
  args.length === 1 && /^(?:--version|--help|-v|-V|-h)$/.test(args[0]?.text ?? '')
    ? []
    : [
        unknown('it reads further commands', args[0]),
        ...args.filter(({ prefix }) => !prefix.startsWith('-')).flatMap(read)
      ]

const java: Profile = (args) => {
  const own: readonly RegExp[] = [
    /^-(?:version|showversion|help|\?|X)$/,
    /^--(?:version|show-version|help|enable-preview)$/,
    /^-X(?:m[sxn]|ss)\d+[kKmMgG]?$/,
    /^-(?:ea|da|server|client)$/,
    /^-D(?!java\.)[\w.]+(?:=[\w./:-]*)?$/
  ]
  const found: ProgramEffect[] = []
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index]
    const text = knownText(word)
    if (word === undefined || text === undefined)
      return [...found, unknown('a word may be an option', word)]
    if (!/^[-@]/.test(text)) return found
    if (text === '-jar')
      return args[index + 1] === undefined
        ? found
        : [...found, ...runsFile(args.slice(index + 1), nothingParsed)]
    if (/^-{1,2}(?:cp|classpath|class-path)$/.test(text)) index += 1
    else if (!own.some((pattern) => pattern.test(text)))
      found.push(unknown('an option is not understood', word))
  }
  return found
}

const nothingParsed = { options: [], operands: [], unknowns: [], isUncertain: false, uncertain: [] }

/** A module that deno checks, tests or shows, or a text that `lint` and `fmt` are for. */
function denoFile(word: Word, command: string): readonly ProgramEffect[] {
  if (/^\w+:/.test(word.prefix)) return [unknown('its program comes from somewhere else', word)]
  const path: Word = { ...word, isPossible: true }
  return command === 'fmt' ? [...read(path), ...write(path)] : read(path)
}

/** Tools that run code and scripts as an interpreter does, by subcommand. */
const deno: Profile = (args) => {
  const [command, ...rest] = args
  const name = command?.text
  if (command === undefined) return [unknown('its program comes from its input')]
  if (
    /^(?:--version|-V|--help|-h|fmt|lint|check|info|types|doc|test|task|bench|coverage)$/.test(
      name ?? ''
    )
  ) {
    return rest.flatMap((word) => {
      if (!word.prefix.startsWith('-')) return name === 'task' ? [] : denoFile(word, name ?? '')
      return /^(?:-A|-q|--(?:check|quiet|watch|fix|allow-(?:all|read|env|net)))$/.test(word.prefix)
        ? []
        : [unknown('an option is not understood', word)]
    })
  }
  if (name !== 'run') return [unknown('a subcommand is not understood', command)]
  const at = rest.findIndex(({ prefix }) => !prefix.startsWith('-'))
  const file = rest[at]
  const flags = rest
    .slice(0, Math.max(at, 0))
    .filter(
      ({ text }) =>
        !/^(?:-A|-q|--quiet|--watch|--check|--allow-(?:all|read|write|net|env|run|sys)(?:=.*)?)$/.test(
          text ?? ''
        )
    )
  const effects = flags.map((word) => unknown('an option is not understood', word))
  if (file === undefined) return [...effects, unknown('its program comes from its input', command)]
  if (/^\w+:/.test(file.prefix))
    return [...effects, unknown('its program comes from somewhere else', file)]
  return [...effects, ...runsFile([file], nothingParsed)]
}

/** Programs that run programs written in a language of theirs. */
export const interpreters: Family = family({
  'python python2 python3 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 pypy pypy3':
    python,
  'node nodejs': node,
  perl,
  ruby,
  php,
  'lua luajit lua5.1 lua5.3 lua5.4': lua,
  'tsx ts-node Rscript julia tclsh guile racket elixir escript groovy scala swift octave R runghc runhaskell ocaml irb clisp bb clojure clj wish osascript ipython bpython ptpython kotlinc dotnet-script qjs gjs d8 js rhino':
    generic,
  'ghci iex erl sbcl jshell pry': prompts,
  java,
  deno,
  expr: () => [],
  bc: interpreter('q l', 'e:', 'f:', 'v'),
  dc: (args) =>
    args.length === 0
      ? [unknown('its program comes from its input')]
      : args.map((word) => unknown('a program of dc may run others', word)),
  'm4 gnuplot': (args): readonly ProgramEffect[] => [
    unknown('its programs may run others', args[0])
  ]
})
