import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { foldName, readName } from './read-name.ts'
import { quoteWord, quoteWords } from './shell-words.ts'
import { bareName } from './tool-kind.ts'
import { wordsOf } from './words.ts'

/** A command line, and whether it is what runs. */
interface CommandLine {
  readonly text: string
  readonly isSure: boolean
}

/** The command lines that several members of one object make together. */
export interface CommandLines {
  readonly lines: readonly CommandLine[]
  readonly doubts: readonly string[]
}

/** The words of a command as one line; undefined for what is no list of words. */
export function lineOf(value: Json): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (!isList(value) || value.length === 0) return undefined
  const words = value.map((word) => (typeof word === 'number' ? String(word) : word))
  return words.every((word) => typeof word === 'string') ? quoteWords(words) : undefined
}

/** Tools that run what they are given, so that their own name is no part of the command. */
const runners = new Set('exec execute run command spawn system process terminal'.split(' '))

/**
 * The command lines of `command` with `args`, of `args` alone, and of either with `env`.
 *
 * `isShell`: the tool runs commands, so that these names need no command beside them.
 */
export function commandLines(object: JsonObject, tool: string, isShell: boolean): CommandLines {
  const { command, words, environment, shell, directory } = partsOf(object, isShell)
  if (command === undefined && !isShell) return { lines: [], doubts: [] }
  const rest = words === undefined ? undefined : lineOf(words)
  const lines = rest === undefined ? [] : withWords(command, rest, words as Json, tool)
  const doubts: string[] = []
  if (isList(words) && words.length > 0 && rest === undefined) {
    doubts.push('the words of a command are no texts')
  }
  if (shell && command !== undefined) {
    lines.push({ text: `${quoteWord(shell)} -c ${quoteWord(command)}`, isSure: true })
  }
  // Its relative paths are those of another directory. Nobody writes an allowance for this line.
  if (directory && command !== undefined) {
    lines.push({ text: `cd ${quoteWord(directory)} && ${command}`, isSure: false })
  }
  const variables = assignments(environment ?? null)
  if (variables === undefined) doubts.push('the environment of a command cannot be known')
  if (!variables) return { lines, doubts }
  const all = command === undefined ? lines : [{ text: command, isSure: true }, ...lines]
  const assigned = all.map((line) => ({ ...line, text: `${variables}${line.text}` }))
  return { lines: [...lines, ...assigned], doubts }
}

interface Parts {
  command?: string | undefined
  words?: Json
  environment?: Json
  shell?: string
  directory?: string
}

const directoryNames = new Set('cwd workdir workingdir workingdirectory currentdir'.split(' '))

function partsOf(object: JsonObject, isShell: boolean): Parts {
  const parts: Parts = {}
  for (const [name, value] of Object.entries(object)) {
    const { kind, isSure } = readName(name)
    if (kind === 'command' && (isSure || isShell)) parts.command ??= lineOf(value)
    else if (directoryNames.has(foldName(name)) && typeof value === 'string') {
      parts.directory ??= value
    } else if (kind === 'words') parts.words ??= value
    else if (kind === 'interpreter' && typeof value === 'string') parts.shell ??= value
    else if (kind === 'environment') parts.environment ??= value
  }
  return parts
}

function withWords(
  command: string | undefined,
  rest: string,
  words: Json,
  tool: string
): CommandLine[] {
  if (command !== undefined) return [{ text: `${command} ${rest}`, isSure: true }]
  // The projection has the tool with its words. Policies are written for that, so this only restricts.
  const named = { text: `${quoteWord(bareName(tool))} ${rest}`, isSure: false }
  return isRunner(tool, rest) ? [named, { text: rest, isSure: isList(words) }] : [named]
}

/** Whether a tool runs the words that it is given, and does not only add them to its own name. */
function isRunner(tool: string, words: string): boolean {
  return !words.startsWith('-') && wordsOf(bareName(tool)).some((word) => runners.has(word))
}

/** The command of a tool that has only words for it. */
export function wordsCommand(tool: string, words: Json | undefined): string | undefined {
  const rest = lineOf(words ?? null)
  if (rest === undefined) return undefined
  // Version 1.0 sees words that are one text. It does not see lists.
  return isList(words) && isRunner(tool, rest)
    ? rest
    : `${isList(words) ? quoteWord(tool) : tool} ${rest}`
}

/** Variables as they stand before a command; undefined for what cannot be written so. */
function assignments(environment: Json): string | undefined {
  if (environment === null) return ''
  if (!isObject(environment)) return undefined
  let text = ''
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w*$/.test(name) || typeof value !== 'string') return undefined
    text += `${name}=${quoteWord(value)} `
  }
  return text
}
