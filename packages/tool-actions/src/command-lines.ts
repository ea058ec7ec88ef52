import { asksForPower, isDirectoryName } from './command-settings.ts'
import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { type ArgumentKind, foldName, readName } from './read-name.ts'
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
  const parts = partsOf(object, isShell)
  const { command, words, environment, shell, directories } = parts
  if (command === undefined && !parts.commands && !isShell) return { lines: [], doubts: [] }
  const rest = words === undefined ? undefined : lineOf(words)
  const lines = rest === undefined ? [] : withWords(command, rest, words as Json, tool)
  const doubts = doubtsOf(object, parts, rest)
  if (shell && command !== undefined) {
    lines.push({ text: `${quoteWord(shell)} -c ${quoteWord(command)}`, isSure: true })
  }
  if (command !== undefined && isList(words) && (shell || usesShell(object))) {
    lines.push({ text: [command, ...words].join(' '), isSure: true })
  }
  const alone = [command, ...(parts.commands ?? []).map(oneOf)].filter((text) => text !== undefined)
  const all = [...alone, ...lines.map(({ text }) => text)]
  lines.push(...all.flatMap((text) => inDirectories(text, directories)))
  const variables = assignments(environment ?? null)
  if (variables === undefined) doubts.push('the environment of a command cannot be known')
  if (!variables) return { lines, doubts }
  const assigned = [...alone.map((text) => ({ text, isSure: true })), ...lines].map((line) => ({
    ...line,
    text: `${variables}${line.text}`
  }))
  return { lines: [...lines, ...assigned], doubts }
}

function doubtsOf(
  object: JsonObject,
  { command, words }: Parts,
  rest: string | undefined
): string[] {
  const doubts: string[] = []
  if (isList(words) && words.length > 0 && rest === undefined) {
    doubts.push('the words of a command are no texts')
  }
  const asks = ([name, value]: [string, Json]): boolean => asksForPower(foldName(name), value)
  if (command !== undefined && Object.entries(object).some(asks)) {
    doubts.push('the command is to run as somebody else, or with fewer limits')
  }
  return doubts
}

/** A shell reads the words again, as they are. */
function usesShell(object: JsonObject): boolean {
  return [object, ...optionsOf(object)].some((one) =>
    Object.entries(one).some(
      ([name, value]) => /^(?:use|via|in)?shell$/.test(foldName(name)) && isOn(value)
    )
  )
}

/** Languages differ in what they take for true. */
function isOn(value: Json): boolean {
  return typeof value === 'string' ? !/^(?:|0|no|off|false|none)$/i.test(value.trim()) : !!value
}

/** Objects beside a command that say how it is run: `{command, options: {cwd, env, shell}}`. */
function optionsOf(object: JsonObject): JsonObject[] {
  return Object.entries(object).flatMap(([name, value]) =>
    isObject(value) && readName(name).kind !== 'environment' ? [value] : []
  )
}

/** One of several commands: a text, words, or an object that has one. */
function oneOf(value: Json): string | undefined {
  return isObject(value) ? partsOf(value, true).command : lineOf(value)
}

/** Its relative paths are those of another directory. Nobody writes an allowance for such a line. */
function inDirectories(command: string, directories: readonly string[]): CommandLine[] {
  const named = directories.filter((directory) => directory !== '').slice(0, 4)
  return named.map((directory) => ({
    text: `cd ${quoteWord(directory)} && ${command}`,
    isSure: false
  }))
}

interface Parts {
  command?: string | undefined
  commands?: readonly Json[]
  words?: Json
  environment?: Json
  shell?: string
  readonly directories: readonly string[]
}

function partsOf(object: JsonObject, isShell: boolean): Parts {
  const parts: Parts = { directories: directoriesOf(object, isShell) }
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string' && isDirectoryName(foldName(name), isShell)) continue
    const { kind, isSure } = readName(name)
    if (kind === 'command' && (isSure || isShell)) parts.command ??= lineOf(value)
    else takePart(parts, kind, value)
  }
  if (parts.command === undefined && isShell && parts.words !== undefined) {
    parts.command = programIn(object)
  }
  for (const options of optionsOf(object)) {
    for (const [name, value] of Object.entries(options))
      takeSetting(parts, readName(name).kind, value)
  }
  return parts
}

function takePart(parts: Parts, kind: ArgumentKind, value: Json): void {
  if (kind === 'words') parts.words ??= value
  else if (kind === 'interpreter' && typeof value === 'string') parts.shell ??= value
  else if (kind === 'environment') parts.environment ??= value
  else if (kind === 'commands' && isList(value)) parts.commands ??= value
}

/** The shell and the environment may also stand among the options. */
function takeSetting(parts: Parts, kind: ArgumentKind, value: Json): void {
  const isVariables = kind === 'environment' && (isObject(value) || isList(value))
  if (kind === 'interpreter' || isVariables) takePart(parts, kind, value)
}

/** Directories of a command, also among its options: `{command, options: {cwd}}`. */
function directoriesOf(object: JsonObject, isShell: boolean): string[] {
  return [object, ...optionsOf(object)].flatMap((one) => directoriesIn(one, isShell))
}

function directoriesIn(object: JsonObject, isShell: boolean): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === 'string' && isDirectoryName(foldName(name), isShell) ? [value] : []
  )
}

/** The program that words are for, where it is given as a file. */
function programIn(object: JsonObject): string | undefined {
  const found = Object.entries(object).find(([name, value]) => {
    return typeof value === 'string' && value !== '' && programNames.has(foldName(name))
  })
  return found === undefined ? undefined : quoteWord(String(found[1]))
}

const programNames = new Set('file filename binary bin exe program executable'.split(' '))

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
