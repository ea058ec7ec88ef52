import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { script, unknown } from '../outcomes.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { sliceWord } from '../slice-word.ts'

/** How one shell reads its options: the letters without a value, and long ones. */
interface ShellGrammar {
  /** Letters that change nothing about what is run. */
  readonly flags: string
  /** Letters that take the next word, whatever their place in a bundle. */
  readonly valued: string
  readonly long: RegExp
}

const info = /^(?:--version|--help)$/

// `l` reads start-up files of the home directory, as every command of the shell does; `i` and `s`
// read further commands, `--rcfile` and `--init-file` other start-up files: not understood.
const grammars = {
  bash: {
    flags: 'abefhmnptuvxBCEHTcrl',
    valued: 'oO',
    long: /^--(?:norc|noprofile|verbose|login|restricted|noediting)$/
  },
  sh: { flags: 'abCefhmnuvxcl', valued: 'o', long: /^--(?:norc|noprofile|posix)$/ },
  dash: { flags: 'abCefhmnuvxcl', valued: 'o', long: /^$/ },
  ash: { flags: 'abCefhmnuvxcl', valued: 'o', long: /^$/ },
  zsh: {
    flags: 'efnuvxacfdl',
    valued: 'o',
    long: /^--(?:no-rcs|no-globalrcs|errexit|xtrace|nounset|login)$/
  },
  ksh: { flags: 'abCefhmnuvxcl', valued: 'o', long: /^$/ }
}

interface ShellOptions {
  readonly found: ProgramEffect[]
  hasCommand: boolean
  index: number
}

/** What bash and its relatives do: `-c` gives them a text, everything else is run unseen. */
function shell(name: string, grammar: ShellGrammar): Profile {
  return (args) => {
    if (args.length === 1 && info.test(args[0]?.text ?? '')) return []
    const options: ShellOptions = { found: [], hasCommand: false, index: 0 }
    for (let word = args[0]; word !== undefined; word = args[options.index]) {
      if (word.text === undefined || !word.isSingle || !/^[-+]./.test(word.text)) break
      options.index += 1
      if (word.text === '--') break
      readOption(args, word, word.text, grammar, options)
    }
    const words = args.slice(options.index)
    return [...options.found, ...afterOptions(words, options.hasCommand, name)]
  }
}

function readOption(
  args: readonly Word[],
  word: Word,
  text: string,
  grammar: ShellGrammar,
  options: ShellOptions
): void {
  const isLong = text.startsWith('--')
  const letters = isLong ? '' : text.slice(1)
  const valued = [...letters].findIndex((letter) => grammar.valued.includes(letter))
  const known = `${grammar.flags}${grammar.valued}`
  const isUnderstood = isLong
    ? grammar.long.test(text)
    : [...letters].every((letter) => known.includes(letter)) &&
      (valued < 0 || valued + 1 === letters.length)
  if (!isUnderstood) options.found.push(unknown('an option is not understood', word))
  if (text.startsWith('-') && letters.includes('c')) options.hasCommand = true
  if (valued < 0) return
  options.found.push(...setOption(args[options.index], word))
  options.index += 1
}

const safeOption =
  /^(?:allexport|errexit|errtrace|functrace|noclobber|noexec|noglob|nounset|pipefail|verbose|xtrace|extglob|globstar|nullglob|failglob|inherit_errexit)$/

function setOption(value: Word | undefined, at: Word): readonly ProgramEffect[] {
  return value?.text !== undefined && safeOption.test(value.text)
    ? []
    : [unknown('an option of the shell is not understood', value ?? at)]
}

function afterOptions(
  words: readonly Word[],
  hasCommand: boolean,
  name: string
): readonly ProgramEffect[] {
  const [first, ...rest] = words
  if (!hasCommand || first === undefined) {
    return [unknown(first === undefined ? 'its input is run' : 'a script is run', first)]
  }
  const isUsed =
    first.text === undefined ||
    /\$(?:\{?[#!]?[@*0-9#]|\{)|\bshift\b|\bfor\s+\w+\s*(?:;|\n|do)|\bselect\b|\bset\b|\bgetopts\b|BASH_ARG/.test(
      first.text
    )
  return [
    ...script(first, name),
    ...(rest.length > 0 && isUsed ? [unknown('the text uses its arguments', rest[0])] : [])
  ]
}

const fishCommand = /^(?:-c|--command)(?:=|$)/

/** fish: only `-c TEXT` and `--command=TEXT`, alone. */
const fish: Profile = (args) => {
  if (args.length === 1 && /^(?:-v|--version|--help|-h)$/.test(args[0]?.text ?? '')) return []
  const [first, second, ...rest] = args
  const match = first === undefined ? null : fishCommand.exec(first.prefix)
  if (first === undefined || match === null) return [unknown('its commands are not known', first)]
  const text = match[0].endsWith('=') ? sliceWord(first, match[0].length) : second
  const others = match[0].endsWith('=') ? args.slice(1) : rest
  return [
    ...(text === undefined ? [unknown('an option has no value', first)] : script(text, 'fish')),
    ...others.slice(0, 1).map((word) => unknown('an argument is not understood', word))
  ]
}

/** PowerShell and cmd have no analysis of their own: whatever they run is unknown. */
const foreign: Profile = (args) => [unknown('a shell that is not understood', args[0])]

/** Shells. */
export const shells: Family = family({
  'bash rbash': shell('bash', grammars.bash),
  sh: shell('sh', grammars.sh),
  dash: shell('dash', grammars.dash),
  ash: shell('ash', grammars.ash),
  zsh: shell('zsh', grammars.zsh),
  'ksh mksh ksh93 lksh pdksh oksh': shell('ksh', grammars.ksh),
  fish,
  'pwsh powershell pwsh.exe powershell.exe cmd cmd.exe csh tcsh nu xonsh elvish rc es ion osh ysh oil yash posh':
    foreign
})
