import type { Findings } from './findings.ts'
import { patchedFiles } from './patch-files.ts'
import type { ArgumentKind, NameReading } from './read-name.ts'
import { splitPaths } from './split-paths.ts'
import type { ReadKind, ToolKind } from './tool-kind.ts'
import {
  isFileUrl,
  isRooted,
  looksLikeHost,
  looksLikePath,
  urlIn,
  withoutLead
} from './value-form.ts'
import { httpMethod } from './verbs.ts'
import { wordsOf } from './words.ts'

/** A text among the arguments of a tool, and what is known of both. */
export interface ArgumentText {
  readonly text: string
  readonly reading: NameReading
  readonly tool: ReadKind & { readonly name: string }
}

/** Finds what a tool may act on in one text among its arguments. */
export function findInText(argument: ArgumentText, findings: Findings): void {
  const { text, reading, tool } = argument
  if (text === '') return
  if (tool.kind === 'data') findings.add({ kind: 'text', text, isSure: true, isNamed: true })
  if (wordsOf(tool.name).includes('patch')) findPatch(argument, findings)
  finders[reading.kind](argument, findings)
}

const finders: Readonly<Record<ArgumentKind, (one: ArgumentText, findings: Findings) => void>> = {
  path: findPath,
  url: findUrl,
  host: findHost,
  command: findCommand,
  commands: findCommand,
  words: findOther,
  interpreter: findOther,
  environment: findOther,
  method(argument, findings) {
    const method = httpMethod(argument.text)
    if (method !== undefined) findings.methods.add(method)
    findOther(argument, findings)
  },
  operation(argument, findings) {
    for (const word of wordsOf(argument.text)) findings.operations.add(word)
    findOther(argument, findings)
  },
  data: findData,
  patch: findPatch,
  other: findOther
}

function findPath({ text, reading, tool }: ArgumentText, findings: Findings): void {
  const { role, isSure } = reading
  if (reading.isBase && tool.kind === 'shell' && /^\.?\/?$/.test(text)) return
  // A relative path may be one in a repository or a bucket; that of a command's directory is one here.
  const isHere =
    isRooted(text) ||
    (tool.kind === 'filesystem' && tool.isKnown) ||
    (tool.kind === 'shell' && reading.isBase === true)
  findings.add({ kind: 'path', text, isSure: isSure && isHere, isNamed: true, role })
  // Some tools take several paths in one text.
  for (const part of splitPaths(text)) {
    if (part !== text)
      findings.add({ kind: 'path', text: part, isSure: false, isNamed: false, role })
  }
  const url = isFileUrl(text) ? undefined : urlIn(text)
  if (url !== undefined) findings.add({ kind: 'url', text: url, isSure: true, isNamed: false })
}

/** What may stand between two URLs. */
const severalUrls = /(?<![\s,;|])[\s,;|]+(?=[a-z][a-z0-9+.-]{0,20}:[\\/]{2})/i

function findUrl({ text, reading, tool }: ArgumentText, findings: Findings): void {
  const url = urlIn(text)
  const isFile = isFileUrl(text)
  const isSure = isWeb(tool.kind) || (!isFile && (url !== undefined || looksLikeHost(text)))
  findings.add({ kind: 'url', text: url ?? text, isSure, isNamed: true })
  // Some tools take several URLs in one text.
  for (const part of text.split(severalUrls).slice(1, 64)) {
    findings.add({ kind: 'url', text: part, isSure, isNamed: false })
  }
  if (looksLikePath(text)) {
    findings.add({ kind: 'path', text, isSure: isFile, isNamed: isFile, role: reading.role })
  }
}

function findHost(argument: ArgumentText, findings: Findings): void {
  const { text, tool } = argument
  if (urlIn(text) !== undefined) findUrl(argument, findings)
  const isSure = isWeb(tool.kind) || looksLikeHost(text)
  findings.add({ kind: 'host', text, isSure, isNamed: true })
}

function findCommand({ text, reading }: ArgumentText, findings: Findings): void {
  findings.add({ kind: 'command', text, isSure: reading.isSure, isNamed: true })
}

function findPatch({ text }: ArgumentText, findings: Findings): void {
  for (const { path, verb } of patchedFiles(text)) {
    findings.add({ kind: 'path', text: path, isSure: true, isNamed: true, verbs: [verb] })
  }
}

/**
 * Text that is stored or sent does nothing. In a browser, typing a URL may be how to go there, and a member
 * of what is sent may be where somebody else is to go.
 */
function findData({ text, reading, tool }: ArgumentText, findings: Findings): void {
  const url = isWeb(tool.kind) || reading.isInside ? urlIn(text) : undefined
  if (url !== undefined) findings.add({ kind: 'url', text: url, isSure: false, isNamed: false })
}

function findOther({ text: whole, reading, tool }: ArgumentText, findings: Findings): void {
  const { role } = reading
  const text = withoutLead(whole)
  const isRelativeUrl = isWeb(tool.kind) && /^[\\/]{2}/.test(text)
  const url = isFileUrl(text) ? undefined : isRelativeUrl ? text : urlIn(text)
  // `{url, type: 'POST'}`
  if (isWeb(tool.kind) && reading.kind === 'other' && changing.test(text))
    findings.methods.add(text)
  // What a tool that runs commands is given may be one, whatever its name.
  if (tool.kind === 'shell' && tool.isKnown && reading.kind === 'other') {
    findings.add({ kind: 'command', text: whole, isSure: false, isNamed: false })
  }
  if (url !== undefined) {
    findings.add({ kind: 'url', text: url, isSure: isWeb(tool.kind), isNamed: false })
  } else if (looksLikePath(text)) {
    const isSure = tool.kind === 'filesystem' || isFileUrl(text)
    findings.add({ kind: 'path', text, isSure, isNamed: false, role })
  }
}

/** Methods that nobody writes in capitals where something else is meant. */
const changing = /^(?:POST|PUT|PATCH|DELETE)$/

function isWeb(kind: ToolKind): boolean {
  return kind === 'network' || kind === 'browser'
}
