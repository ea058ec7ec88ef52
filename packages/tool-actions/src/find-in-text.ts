import type { Findings } from './findings.ts'
import { patchedFiles } from './patch-files.ts'
import type { ArgumentKind, NameReading } from './read-name.ts'
import type { ReadKind, ToolKind } from './tool-kind.ts'
import { isFileUrl, isRooted, looksLikeHost, looksLikePath, urlIn } from './value-form.ts'
import { httpMethod, type Role } from './verbs.ts'
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
  if (tool.kind === 'data') findings.add({ kind: 'text', text, isSure: true })
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
  const { role, isExact, isSure } = reading
  // A relative path may be one in a repository or a bucket, and `path` that of a URL.
  const isRoot = isRooted(text) && !(isWeb(tool.kind) && isExact)
  const isHere = isRoot || (tool.kind === 'filesystem' && tool.isKnown)
  findings.add({ kind: 'path', text, isSure: isSure && isHere, role })
  const url = isFileUrl(text) ? undefined : urlIn(text)
  if (url !== undefined) findings.add({ kind: 'url', text: url, isSure: true })
}

function findUrl({ text, reading }: ArgumentText, findings: Findings): void {
  const url = urlIn(text)
  const isSure = url !== undefined || looksLikeHost(text)
  findings.add({ kind: 'url', text: url ?? text, isSure })
  if (looksLikePath(text)) addPath(findings, text, isFileUrl(text), reading.role)
}

function findHost(argument: ArgumentText, findings: Findings): void {
  const { text } = argument
  if (urlIn(text) !== undefined) findUrl(argument, findings)
  findings.add({ kind: 'host', text, isSure: looksLikeHost(text) })
}

function findCommand({ text, reading }: ArgumentText, findings: Findings): void {
  findings.add({ kind: 'command', text, isSure: reading.isSure })
}

function findPatch({ text }: ArgumentText, findings: Findings): void {
  for (const { path, verb } of patchedFiles(text)) {
    findings.add({ kind: 'path', text: path, isSure: true, verbs: [verb] })
  }
}

/** Text that is stored or sent does nothing; in a browser, typing a URL may be how to go there. */
function findData({ text, tool }: ArgumentText, findings: Findings): void {
  const url = isWeb(tool.kind) ? urlIn(text) : undefined
  if (url !== undefined) findings.add({ kind: 'url', text: url, isSure: false })
}

function findOther({ text, reading, tool }: ArgumentText, findings: Findings): void {
  const { role } = reading
  const url = isFileUrl(text) ? undefined : urlIn(text)
  if (url !== undefined) findings.add({ kind: 'url', text: url, isSure: isWeb(tool.kind) })
  else if (looksLikePath(text)) {
    addPath(findings, text, tool.kind === 'filesystem' || isFileUrl(text), role)
  }
}

function addPath(findings: Findings, text: string, isSure: boolean, role: Role | undefined): void {
  findings.add({ kind: 'path', text, isSure, role })
}

function isWeb(kind: ToolKind): boolean {
  return kind === 'network' || kind === 'browser'
}
