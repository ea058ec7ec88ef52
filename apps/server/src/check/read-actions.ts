import { readFile } from 'node:fs/promises'
import { followFile } from './follow-file.ts'
import {
  type ParsedStrictAction,
  parseStrictAction,
  readStrictAction
} from './parse-strict-action.ts'
import { splitLines } from './split-lines.ts'

/** Where the actions to judge come from. */
export type ActionSource =
  | { readonly kind: 'fields'; readonly action: Readonly<Record<string, unknown>> }
  | { readonly kind: 'request'; readonly request: string }
  | { readonly kind: 'stdin'; readonly input: AsyncIterable<Uint8Array> }
  | { readonly kind: 'batch'; readonly input: AsyncIterable<Uint8Array> }
  | { readonly kind: 'watch'; readonly file: string; readonly signal: AbortSignal }

/** One of the actions, or what is wrong with it, and how to name its place in a message. */
export interface FoundAction {
  readonly place: string
  readonly parsed: ParsedStrictAction
}

/** The longest line, and the longest single action, in bytes. */
const maxBytes = 1_048_576

/** Reads actions one after the other. Rejects if what they come from cannot be read. */
export async function* readActions(source: ActionSource): AsyncGenerator<FoundAction> {
  switch (source.kind) {
    case 'fields':
      yield { place: '', parsed: readStrictAction(source.action) }
      return
    case 'request':
      yield { place: '--request: ', parsed: parseStrictAction(await readRequest(source.request)) }
      return
    case 'stdin':
      yield { place: '--stdin: ', parsed: await readWhole(source.input) }
      return
    case 'batch':
      yield* readBatch(source.input)
      return
    case 'watch':
      yield* readLines(followFile(source.file, source), 'watch line')
      return
    default:
      source satisfies never
  }
}

/** JSON on the command line, or the name of a file with it, with or without `@`. */
async function readRequest(request: string): Promise<string | Uint8Array> {
  return /^\s*\{/.test(request) ? request : readFile(request.replace(/^@/, ''))
}

async function readWhole(input: AsyncIterable<Uint8Array>): Promise<ParsedStrictAction> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input) {
    size += chunk.length
    if (size > maxBytes) return tooLong
    chunks.push(chunk)
  }
  return parseStrictAction(Buffer.concat(chunks))
}

async function* readBatch(input: AsyncIterable<Uint8Array>): AsyncGenerator<FoundAction> {
  let isEmpty = true
  for await (const found of readLines(input, 'line')) {
    isEmpty = false
    yield found
  }
  if (isEmpty) yield { place: '', parsed: { ok: false, message: '--batch input was empty' } }
}

/** One action per line. Blank lines are skipped and not counted. */
async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  what: string
): AsyncGenerator<FoundAction> {
  let count = 0
  for await (const line of splitLines(chunks, maxBytes)) {
    if (line !== 'too_long' && isBlank(line)) continue
    const place = `${what} ${++count}: `
    yield { place, parsed: line === 'too_long' ? tooLong : parseStrictAction(line) }
  }
}

const tooLong: ParsedStrictAction = { ok: false, message: `longer than ${maxBytes} bytes` }

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
