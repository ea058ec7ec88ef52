import { parseJson } from '@agentguard/protocol'
import { commandLines, lineOf } from './command-lines.ts'
import { isDirectoryName } from './command-settings.ts'
import { copyJson } from './copy-json.ts'
import { findInText } from './find-in-text.ts'
import { type Finding, Findings } from './findings.ts'
import { innerCall } from './inner-call.ts'
import { isList, isObject, type Json, type JsonObject } from './json.ts'
import { maxDepth, maxNesting } from './limits.ts'
import type { Arguments } from './read-arguments.ts'
import { type ArgumentKind, foldName, type NameReading, readName } from './read-name.ts'
import { formatKind, hasWrongType, isChoice, itemSchema, memberSchema } from './schema-hints.ts'
import { isEditor, isTerminal, type ReadKind } from './tool-kind.ts'
import { isRooted } from './value-form.ts'

const unnamed: NameReading = Object.freeze({ kind: 'other', isSure: false })

/** The tool whose arguments are read. */
export interface ReadTool extends ReadKind {
  readonly name: string
  readonly schema?: Json
}

/** Finds everything that a tool may act on among its arguments, at any depth. */
export function findArguments(args: Pick<Arguments, 'members' | 'rest'>, tool: ReadTool): Findings {
  const finder = new Finder(tool)
  finder.object(args.members, unnamed, isObject(tool.schema) ? tool.schema : undefined)
  for (const value of args.rest) finder.value(value, unnamed, undefined)
  return finder.findings
}

class Finder {
  readonly findings: Findings = new Findings()
  readonly #tool: ReadTool
  #nesting = 0
  /** Calls inside of a call are for whoever judges that one. */
  #inCall = 0

  constructor(tool: ReadTool) {
    this.#tool = tool
  }

  value(value: Json, reading: NameReading, schema: JsonObject | undefined): void {
    if (typeof value === 'string') this.#text(value, reading)
    else if (isList(value)) this.#list(value, reading, schema)
    else if (isObject(value)) this.object(value, reading, schema)
  }

  object(object: JsonObject, inherited: NameReading, schema: JsonObject | undefined): void {
    const call = innerCall(object)
    if (call && this.#inCall === 0) this.findings.calls.push(call)
    this.#commands(object)
    const names = new Set<string>()
    const bases: string[] = []
    const relative: Finding[] = []
    for (const [name, value] of Object.entries(object)) {
      const isInner = name === call?.member
      // Whoever judges the inner call reads its arguments. A tool that is known may read them itself.
      if (isInner && !this.#tool.isKnown) continue
      const member = memberSchema(schema, name)
      const reading = this.#reading(name, value, object, inherited, member)
      this.#judgeName(name, reading, names, member)
      this.#judgeType(value, reading, member)
      const start = this.findings.found.length
      this.#inCall += isInner ? 1 : 0
      this.value(value, reading, member)
      this.#inCall -= isInner ? 1 : 0
      this.#judgeKey(name, inherited)
      const base = baseOf(name, value, reading)
      bases.push(...base)
      if (!base.some(isRooted) && !isObject(value)) {
        relative.push(...this.findings.found.slice(start))
      }
    }
    for (const base of bases.slice(0, 4)) this.#joined(base, relative)
  }

  #commands(object: JsonObject): void {
    const isShell = this.#tool.kind === 'shell'
    const { lines, doubts } = commandLines(object, this.#tool.name, isShell)
    for (const line of lines) this.findings.add({ kind: 'command', isNamed: true, ...line })
    for (const doubt of doubts) this.findings.doubts.add(doubt)
  }

  /** Paths that are relative to a directory that stands beside them: `{directory, filename}`. */
  #joined(base: string, paths: readonly Finding[]): void {
    for (const path of paths) {
      if (path.kind !== 'path' || isRooted(path.text)) continue
      this.findings.add({ ...path, text: `${base.replace(/[\\/]$/, '')}/${path.text}` })
    }
  }

  #reading(
    name: string,
    value: Json,
    siblings: JsonObject,
    inherited: NameReading,
    schema: JsonObject | undefined
  ): NameReading {
    const read = readName(name)
    const format = formatKind(schema)
    if (format !== undefined && read.kind !== format) {
      // Both: a schema comes from the server of the tool, and takes nothing away.
      if (textKinds.has(read.kind)) this.value(value, read, undefined)
      return { kind: format, isSure: true }
    }
    if (read.kind === 'command' && this.#isOperation(value, schema)) {
      return { ...read, kind: 'operation' }
    }
    this.#judgePart(name, value, siblings)
    if (name === 'path' && this.#isWeb()) return this.#webPath(value, read, siblings)
    const special = this.#special(name, value, siblings, inherited, read)
    if (special !== undefined) return special
    const isLikely = read.kind !== 'other' && (read.isSure || this.#suits(read.kind))
    if (isLikely) return { ...read, isSure: true }
    if (read.kind === 'command') return read
    const { isExact: _, isBase: __, isOdd: ___, ...rest } = inherited
    return { ...rest, isInside: true, ...(read.role && { role: read.role }) }
  }

  #webPath(value: Json, read: NameReading, siblings: JsonObject): NameReading {
    // Put together, `good.com` and `@evil.com/` are another host.
    if (typeof value === 'string' && /^[@.:\\]/.test(value)) {
      this.findings.doubts.add('the path of a URL may change its host')
    }
    return webPath(read, siblings)
  }

  /** Parts of a URL beside a host: in `https://good.com:@evil.com/` the port makes another one the host. */
  #judgePart(name: string, value: Json, siblings: JsonObject): void {
    const usual = urlParts.get(foldName(name))
    if (usual === undefined || typeof value !== 'string' || usual.test(value)) return
    if (!Object.keys(siblings).some((one) => readName(one).kind === 'host')) return
    this.findings.doubts.add('a part of a URL may change its host')
  }

  /** `{files: {"a.txt": "text"}}` */
  #judgeKey(name: string, { kind, isSure }: NameReading): void {
    if (kind !== 'path' || readName(name).kind !== 'other') return
    const reading: NameReading = { kind, isSure, role: 'target' }
    findInText({ text: name, reading, tool: this.#tool }, this.findings)
  }

  /** Names that mean more for a kind of tool than they do by themselves. */
  #special(
    name: string,
    value: Json,
    siblings: JsonObject,
    inherited: NameReading,
    read: NameReading
  ): NameReading | undefined {
    const folded = foldName(name)
    // `{command: {text: …}}`
    if (inherited.kind === 'command' && read.kind === 'data') return inherited
    if (this.#tool.kind === 'shell' && isDirectoryName(folded, true)) {
      return { ...read, kind: 'path', isSure: true, isBase: true }
    }
    const isTyped = isTerminal(this.#tool.name) && typed.has(folded)
    if (isTyped && !Object.keys(siblings).some((one) => readName(one).kind === 'command')) {
      return { kind: 'command', isSure: true }
    }
    // Where a tool for the web puts what it gets.
    const isPlace = typeof value === 'string' && isRooted(value) && read.role === 'target'
    return this.#isWeb() && isPlace && read.kind === 'path' ? { ...read, isSure: true } : undefined
  }

  /** Whether a name that is likely to be of a kind is so for this kind of tool. */
  #suits(kind: ArgumentKind): boolean {
    if (kind === 'path') return this.#tool.kind === 'filesystem'
    if (kind === 'command' || kind === 'words') return this.#tool.kind === 'shell'
    return this.#isWeb()
  }

  #isWeb(): boolean {
    return this.#tool.kind === 'network' || this.#tool.kind === 'browser'
  }

  /** Whether `command` only chooses what the tool does. */
  #isOperation(value: Json, schema: JsonObject | undefined): boolean {
    if (typeof value !== 'string' || !/^\w+$/.test(value)) return false
    return isEditor(this.#tool.name) || isChoice(schema, value)
  }

  #judgeName(
    name: string,
    reading: NameReading,
    names: Set<string>,
    schema: JsonObject | undefined
  ): void {
    if (reading.kind === 'other' || reading.kind === 'data') return
    const folded = foldName(name)
    if (names.has(folded))
      this.findings.doubts.add('an argument is there twice, spelled differently')
    names.add(folded)
    if (reading.isOdd && schema === undefined) {
      this.findings.doubts.add('the name of an argument is spelled as no tool spells it')
    }
  }

  #judgeType(value: Json, reading: NameReading, schema: JsonObject | undefined): void {
    if (!textKinds.has(reading.kind) || value === null) return
    const isScalar = typeof value === 'number' || typeof value === 'boolean'
    if ((isScalar && reading.isExact) || hasWrongType(schema, value)) {
      this.findings.doubts.add('an argument is not of the type that it should have')
    }
  }

  #list(list: readonly Json[], reading: NameReading, schema: JsonObject | undefined): void {
    const line = reading.kind === 'command' ? lineOf(list) : undefined
    if (line !== undefined) {
      this.findings.add({ kind: 'command', text: line, isSure: reading.isSure, isNamed: true })
      return
    }
    const items = reading.kind === 'commands' ? { ...reading, kind: 'command' as const } : reading
    for (const item of list) this.value(item, items, itemSchema(schema))
  }

  #text(text: string, reading: NameReading): void {
    if (reading.kind !== 'data' && reading.kind !== 'patch') this.#nested(text, reading)
    findInText({ text, reading, tool: this.#tool }, this.findings)
  }

  /** JSON in a text is read like any other: some tools take their arguments so. */
  #nested(text: string, reading: NameReading): void {
    if (!/^\s*[{[]/.test(text)) return
    if (this.#nesting === maxNesting) {
      this.findings.doubts.add('the arguments are nested too deep')
      return
    }
    const parsed = parseJson(text, { maxDepth })
    if (!parsed.ok) {
      if (parsed.error.code === 'duplicate_member')
        this.findings.doubts.add('an argument is there twice')
      return
    }
    const { value, doubts } = copyJson(parsed.value)
    for (const doubt of doubts) this.findings.doubts.add(doubt)
    this.#nesting++
    this.value(value, reading, undefined)
    this.#nesting--
  }
}

/** What parts of a URL before and behind its host are when they leave it as it is. */
const urlParts: ReadonlyMap<string, RegExp> = new Map([
  ['port', /^\d*$/],
  ['subdomain', /^[\w.-]*$/],
  ...['scheme', 'protocol'].map((name) => [name, /^[\w+.-]*(?::(?:\/\/)?)?$/] as const),
  ...['user', 'username', 'userinfo'].map((name) => [name, /^[^/\\?#]*$/] as const)
])

/** What has to be a text. */
const textKinds: ReadonlySet<ArgumentKind> = new Set(['path', 'url', 'host', 'command'])

/** What is typed into a terminal. */
const typed = new Set('input inputs text keys data content value line lines'.split(' '))

/** The directory to which others may be relative, if a member is one. */
function baseOf(name: string, value: Json, reading: NameReading): readonly string[] {
  if (typeof value !== 'string' || value === '') return []
  const isLikely = isRooted(value) && likelyBase.test(foldName(name))
  return reading.isBase === true || isLikely ? [value] : []
}

const likelyBase =
  /(?:root|base|dir|directory|folder|workspace|project|repo|repository|parent|prefix)$/

const hostNames = new Set(['host', 'hostname', 'domain', 'baseurl', 'endpoint'])

/** `path` of a tool for the web: a file beside a URL, the path of a URL beside a host, else either. */
function webPath(read: NameReading, siblings: JsonObject): NameReading {
  const names = Object.keys(siblings).map(foldName)
  if (names.includes('url')) return read
  return names.some((name) => hostNames.has(name)) ? unnamed : { ...read, isSure: false }
}
