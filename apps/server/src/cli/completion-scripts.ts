import type { Command } from './command.ts'
import type { Flag } from './flags.ts'

/** What a completion can offer behind a flag or in the place of an argument. */
type Offer = 'file' | 'directory' | readonly string[]

/** A script for bash. It needs nothing but bash 3.2. */
export function bashScript(commands: readonly Command[]): string {
  return `# bash completion for agentguard
_agentguard() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' command='' word offer=''
  local i
  (( COMP_CWORD > 0 )) && prev=\${COMP_WORDS[COMP_CWORD-1]}
  # bash takes = for a word of its own
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]] && (( COMP_CWORD > 1 )); then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for (( i = 1; i < COMP_CWORD; i++ )); do
    word=\${COMP_WORDS[i]}
    [[ $word == -* || $word == '=' ]] && continue
    case "\${command:+$command }$word" in
${commandPaths(commands)
  .map((path) => `      ${quote(path)}) command=${quote(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$command:$prev" in
${commands.flatMap(bashValues).join('\n')}
  esac
  case $offer in
    file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    directory) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    text) COMPREPLY=(); return ;;
    ?*) COMPREPLY=($(compgen -W "$offer" -- "$cur")); return ;;
  esac
  case $command in
${commandPaths(commands)
  .map((path) => bashCommand(path, commands))
  .join('\n')}
    *) offer=${quote(firstWords(commands).join(' '))} ;;
  esac
  COMPREPLY=($(compgen -W "$offer" -- "$cur"))
  if [[ $cur != -* && $command != '' ]]; then
    case $command in
${commands
  .filter(({ positional }) => positional === 'file')
  .map(({ name }) => `      ${quote(name)}) COMPREPLY+=($(compgen -f -- "$cur")) ;;`)
  .join('\n')}
    esac
  fi
}
complete -o bashdefault -o default -F _agentguard agentguard
`
}

function bashValues({ name, flags }: Command): string[] {
  return Object.entries(flags).flatMap(([flag, spec]) => {
    if (typeof spec.default === 'boolean') return []
    const offer = offerOf(spec)
    const text = offer === undefined ? 'text' : typeof offer === 'string' ? offer : offer.join(' ')
    const patterns = [`${name}:--${flag}`, `${name}:-${flag}`].map(quote).join('|')
    return [`    ${patterns}) offer=${quote(text)} ;;`]
  })
}

function bashCommand(path: string, commands: readonly Command[]): string {
  const words = [...flagsOf(path, commands), ...nextWords(path, commands)]
  return `    ${quote(path)}) offer=${quote(words.join(' '))} ;;`
}

/** A script for zsh, to be put into a directory of \`fpath\` as \`_agentguard\`. */
export function zshScript(commands: readonly Command[]): string {
  return `#compdef agentguard
_agentguard() {
  local command='' word
  local -a flags next
  local i
  for (( i = 2; i < CURRENT; i++ )); do
    word=\${words[i]}
    [[ $word == -* ]] && continue
    case "\${command:+$command }$word" in
${commandPaths(commands)
  .map((path) => `      ${quote(path)}) command=${quote(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$command:\${words[CURRENT-1]}" in
${commands.flatMap(zshValues).join('\n')}
  esac
  case $command in
${commandPaths(commands)
  .map((path) => zshCommand(path, commands))
  .join('\n')}
    *) next=(${firstWords(commands)
      .map((word) => quote(`${word}:${summaryOf(word, commands)}`))
      .join(' ')}) ;;
  esac
  [[ \${#next} -gt 0 ]] && _describe -t commands command next
  if [[ $PREFIX == -* || \${#next} -eq 0 ]]; then
    [[ \${#flags} -gt 0 ]] && _describe -o -t options flag flags
  fi
  case $command in
${commands
  .filter(({ positional }) => positional === 'file')
  .map(({ name }) => `    ${quote(name)}) [[ $PREFIX != -* ]] && _files ;;`)
  .join('\n')}
  esac
}
compdef _agentguard agentguard 2>/dev/null
[[ $funcstack[1] == _agentguard ]] && _agentguard "$@"
`
}

function zshValues({ name, flags }: Command): string[] {
  return Object.entries(flags).flatMap(([flag, spec]) => {
    if (typeof spec.default === 'boolean') return []
    const offer = offerOf(spec)
    const action =
      offer === 'file'
        ? '_files'
        : offer === 'directory'
          ? '_files -/'
          : offer === undefined
            ? `_message ${quote(spec.value ?? flag)}`
            : `compadd -- ${offer.map(quote).join(' ')}`
    const patterns = [`${name}:--${flag}`, `${name}:-${flag}`].map(quote).join('|')
    return [`    ${patterns}) ${action}; return ;;`]
  })
}

function zshCommand(path: string, commands: readonly Command[]): string {
  const command = commands.find(({ name }) => name === path)
  const flags = Object.entries(command?.flags ?? {}).map(([flag, { meaning }]) =>
    quote(`--${flag}:${meaning}`)
  )
  const next = nextWords(path, commands).map(quote)
  return `    ${quote(path)}) flags=(${flags.join(' ')}); next=(${next.join(' ')}) ;;`
}

/** A script for fish. */
export function fishScript(commands: readonly Command[]): string {
  const words = firstWords(commands)
  const none = `not __fish_seen_subcommand_from ${words.join(' ')}`
  return `# fish completion for agentguard
complete -c agentguard -f
${words.map((word) => `complete -c agentguard -n ${quote(none)} -a ${word} -d ${quote(summaryOf(word, commands))}`).join('\n')}
complete -c agentguard -n ${quote('__fish_seen_subcommand_from help')} -a ${quote(nextWords('help', commands).join(' '))}
${commands.flatMap((command) => fishCommand(command, commands)).join('\n')}
`
}

function fishCommand(command: Command, commands: readonly Command[]): string[] {
  const [word = '', part] = command.name.split(' ')
  const parts = nextWords(word, commands).filter((next) => isPart(word, next, commands))
  const seen =
    part === undefined
      ? [
          `__fish_seen_subcommand_from ${word}`,
          ...(parts.length > 0 ? [`not __fish_seen_subcommand_from ${parts.join(' ')}`] : [])
        ]
      : [`__fish_seen_subcommand_from ${word}`, `__fish_seen_subcommand_from ${part}`]
  const when = quote(seen.join('; and '))
  const lines = Object.entries(command.flags).map(([flag, spec]) => {
    const offer = offerOf(spec)
    const value =
      typeof spec.default === 'boolean'
        ? ''
        : offer === 'file' || offer === 'directory'
          ? ' -r -F'
          : offer === undefined
            ? ' -x'
            : ` -x -a ${quote(offer.join(' '))}`
    return `complete -c agentguard -n ${when} -l ${flag}${value} -d ${quote(spec.meaning)}`
  })
  const { positional } = command
  if (positional === 'file') lines.push(`complete -c agentguard -n ${when} -F`)
  else if (positional)
    lines.push(`complete -c agentguard -n ${when} -a ${quote(positional.join(' '))}`)
  if (part !== undefined) {
    const before = quote(
      `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${parts.join(' ')}`
    )
    lines.push(`complete -c agentguard -n ${before} -a ${part} -d ${quote(command.summary)}`)
  }
  return lines
}

/** What can stand behind a flag. Undefined: any text. */
function offerOf({ value, choices }: Flag): Offer | undefined {
  if (choices) return choices.filter((choice) => choice !== '')
  if (value === undefined) return undefined
  if (/^(?:directory|dir)$/.test(value)) return 'directory'
  // `json|file` is a text or a file; words alone are all that there is.
  const isWords = /^[a-z]+(?:\|[a-z]+)+$/.test(value) && !value.endsWith('|file')
  if (isWords) return value.split('|')
  return /\bfile\b/.test(value) ? 'file' : undefined
}

/** The names of commands, and the first words of those that have two. */
function commandPaths(commands: readonly Command[]): string[] {
  return [...new Set(commands.flatMap(({ name }) => [name.split(' ')[0] as string, name])), 'help']
}

function firstWords(commands: readonly Command[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] as string)), 'help']
}

function flagsOf(path: string, commands: readonly Command[]): string[] {
  const command = commands.find(({ name }) => name === path)
  return Object.keys(command?.flags ?? {}).map((flag) => `--${flag}`)
}

/** The words that may follow: the parts of a command, or words that it takes. */
function nextWords(path: string, commands: readonly Command[]): string[] {
  if (path === 'help') return firstWords(commands).filter((word) => word !== 'help')
  const parts = commands.flatMap(({ name }) =>
    name.startsWith(`${path} `) ? [name.slice(path.length + 1)] : []
  )
  const positional = commands.find(({ name }) => name === path)?.positional
  return typeof positional === 'object' ? [...parts, ...positional] : parts
}

function isPart(word: string, next: string, commands: readonly Command[]): boolean {
  return commands.some(({ name }) => name === `${word} ${next}`)
}

function summaryOf(word: string, commands: readonly Command[]): string {
  if (word === 'help') return 'Says how a command is used'
  const command = commands.find(({ name }) => name === word)
  if (command) return command.summary
  return nextWords(word, commands).join(', ')
}

/** A text as one word of any shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
