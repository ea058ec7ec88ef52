import { Composer, type CST, Lexer, LineCounter, type Node, Parser } from 'yaml'
import type { IssueCode } from './issue-code.ts'
import type { Locate } from './issue-list.ts'

/** Longer texts are refused unread. */
const maxPolicyLength = 8 * 1024 * 1024

/** The levels of lists and maps inside each other that a policy file may have. */
const maxPolicyDepth = 100

export interface YamlFault {
  readonly code: IssueCode
  readonly offset: number
  readonly message: string
}

export interface YamlText {
  /** The first document; `null` in an empty text. */
  readonly root: Node | null
  readonly faults: readonly YamlFault[]
  readonly locate: Locate
}

/**
 * Reads the first YAML document of a text into nodes that keep their source text and their place.
 * What the documents after it say does not matter. Never throws.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const locate: Locate = (offset) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const refuse = (fault: YamlFault): YamlText => ({ root: null, faults: [fault], locate })
  lines.addNewLine(0)
  const unreadable = findUnreadable(text, lines)
  if (unreadable) return refuse(unreadable)
  return { ...readDocument(text), locate }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what YAML forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/

function findUnreadable(text: string, lines: LineCounter): YamlFault | undefined {
  if (text.length > maxPolicyLength) {
    const message = `the text is too large: at most ${maxPolicyLength} characters are read`
    return { code: 'too_large', offset: 0, message }
  }
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines.addNewLine(at + 1)
  }
  const offset = text.search(forbidden)
  if (offset < 0) return undefined
  return { code: 'control_character', offset, message: 'control characters are not allowed' }
}

/** Malformed text can have a fault per character; this many are told. */
const maxFaults = 100

function readDocument(text: string): Omit<YamlText, 'locate'> {
  const tokens: CST.Token[] = []
  const faults: YamlFault[] = []
  for (const token of documentTokens(text)) {
    if ('code' in token) return { root: null, faults: [token] }
    if (token.type !== 'error') tokens.push(token)
    else if (faults.push(asFault(token.offset, token.message)) >= maxFaults) break
  }
  return faults.length > 0 ? { root: null, faults } : compose(tokens, text.length)
}

/** The tokens up to the end of the first document, and the errors between it and what follows. */
function* documentTokens(text: string): Generator<CST.Token | YamlFault, void> {
  const errors: CST.Token[] = []
  let hasDocument = false
  for (const token of tokensOf(text)) {
    if (!hasDocument || 'code' in token) {
      yield token
      hasDocument = 'type' in token && token.type === 'document'
    } else if (token.type === 'document') {
      return yield* errors.filter(({ offset }) => offset < token.offset)
    } else if (token.type === 'doc-end') break
    else if (token.type === 'error' && errors.push(token) >= maxFaults) break
  }
  yield* errors
}

/** Documents and what stands between them, until one of them is nested too deep. */
function* tokensOf(text: string): Generator<CST.Token | YamlFault, void> {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > maxPolicyDepth) {
      const message = `lists and maps are nested more than ${maxPolicyDepth} deep`
      yield { code: 'too_deep', offset: parser.offset, message }
    }
  }
  yield* parser.end()
}

/**
 * Scalars stay texts: what they mean depends on where they stand. Keys are compared by whoever
 * decodes them, because comparing each pair of them here would be quadratic.
 */
const options = {
  schema: 'failsafe',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent'
} as const

function compose(tokens: readonly CST.Token[], length: number): Omit<YamlText, 'locate'> {
  const composer = new Composer(options)
  const faults: YamlFault[] = []
  collectFaults(composer, faults)
  try {
    for (const { contents, errors } of composer.compose(tokens, true, length)) {
      for (const { pos, message } of errors) faults.push(asFault(pos[0], message))
      return { root: contents, faults }
    }
    return { root: null, faults }
  } catch {
    // There were too many faults; or else the library broke its promise to return them.
    const unread = asFault(0, 'malformed YAML')
    return { root: null, faults: faults.length > 0 ? faults : [unread] }
  }
}

type FaultPlace = number | readonly number[] | { readonly offset: number }

/**
 * Has the composer report faults here. It would make an `Error` with a stack of each, which takes
 * long enough to let a small text that is nothing but faults stop the process for seconds.
 */
function collectFaults(composer: Composer, faults: YamlFault[]): void {
  const onError = (place: FaultPlace, code: string, message: string, isWarning?: boolean) => {
    // Of the warnings, one is of use: a directive that we do not know.
    if (isWarning && code !== 'BAD_DIRECTIVE') return
    if (faults.length >= maxFaults) throw new RangeError('too many faults')
    const offset = typeof place === 'number' ? place : 'offset' in place ? place.offset : place[0]
    faults.push(asFault(offset ?? 0, message))
  }
  Object.assign(composer, { onError })
}

function asFault(offset: number, message: string): YamlFault {
  const lowered = message.charAt(0).toLowerCase() + message.slice(1)
  return { code: 'yaml_syntax', offset, message: lowered }
}
