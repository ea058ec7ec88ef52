import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { readName } from './read-name.ts'
import { quoteWord, quoteWords } from './shell-words.ts'
import { bareName } from './tool-kind.ts'
import { wordsOf } from './words.ts'

/** The command lines that several members of one object make together. */
export interface CommandLines {
  readonly lines: readonly string[]
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
  const { command, words, environment } = partsOf(object, isShell)
  if (command === undefined && !isShell) return { lines: [], doubts: [] }
  const rest = words === undefined ? undefined : lineOf(words)
  const lines = rest === undefined ? [] : withWords(command, rest, words as Json, tool)
  const doubts: string[] = []
  if (isList(words) && words.length > 0 && rest === undefined) {
    doubts.push('the words of a command are no texts')
  }
  const variables = assignments(environment ?? null)
  if (variables === undefined) doubts.push('the environment of a command cannot be known')
  if (!variables) return { lines, doubts }
  const all = command === undefined ? lines : [command, ...lines]
  return { lines: [...lines, ...all.map((line) => `${variables}${line}`)], doubts }
}

interface Parts {
  command?: string | undefined
  words?: Json
  environment?: Json
}

function partsOf(object: JsonObject, isShell: boolean): Parts {
  const parts: Parts = {}
  for (const [name, value] of Object.entries(object)) {
    const { kind, isSure } = readName(name)
    if (kind === 'command' && (isSure || isShell)) parts.command ??= lineOf(value)
    else if (kind === 'words') parts.words ??= value
    else if (kind === 'environment') parts.environment ??= value
  }
  return parts
}

function withWords(command: string | undefined, rest: string, words: Json, tool: string): string[] {
  if (command !== undefined) return [`${command} ${rest}`]
  const named = `${quoteWord(bareName(tool))} ${rest}`
  const isAlone = isList(words) && wordsOf(bareName(tool)).some((word) => runners.has(word))
  return isAlone && !rest.startsWith('-') ? [named, rest] : [named]
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
