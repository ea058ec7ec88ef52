import { printable } from '@agentguard/protocol/printable'
import { encodeJson } from '../http/encode-json.ts'
import { readEnvironment } from './environment.ts'
import type { Flags } from './flags.ts'
import type { Io } from './io.ts'
import { coloured, plain, type Style } from './style.ts'

/** The flags that every command has which prints something. */
export const outputFlags = {
  json: {
    default: false,
    meaning: 'Prints JSON: one document, or one per line. Errors are JSON on standard error'
  },
  'no-color': { default: false, meaning: 'Prints no colours. NO_COLOR=1 does the same' }
} as const satisfies Flags

/** Something that went wrong, for a person and for a program. */
export interface Failure {
  /** What happened, in one line. */
  readonly message: string
  /** Lower_snake: what programs branch on. */
  readonly code: string
  /** What to do next. */
  readonly next?: string | undefined
  /** What an HTTP server answered. */
  readonly status?: number | undefined
}

/** Where a command prints. */
export interface Printer {
  readonly isJson: boolean
  /** Whether a person sees the output: then it may be a table. */
  readonly isTerminal: boolean
  /** How many characters fit into a line of the output. */
  readonly columns: number
  readonly style: Style
  /** Prints lines of text to standard output, unless JSON is asked for. Escapes nothing. */
  text(...lines: readonly string[]): void
  /** Prints a value on a line of its own, if JSON is asked for. */
  json(value: unknown): void
  /** Prints a line for a person to standard error, unless JSON is asked for. Escapes nothing. */
  note(line: string): void
  /** Reports a failure on standard error; `prefix` stands in front of its text. Resolves to 1. */
  fail(failure: Failure, prefix?: string): 1
}

/** What of the flags says how to print. */
export interface OutputFlags {
  readonly json: boolean
  readonly 'no-color': boolean
}

/** Creates what prints as the line, the environment and the terminal want it. */
export function createPrinter(flags: OutputFlags, io: Io): Printer {
  const isTerminal = io.terminal?.out ?? false
  const isColoured = !flags['no-color'] && (readEnvironment(io.env).colour ?? isTerminal)
  const isJson = flags.json
  return {
    isJson,
    isTerminal,
    columns: io.terminal?.columns ?? 80,
    style: isColoured && !isJson ? coloured : plain,
    text(...lines) {
      if (!isJson) for (const line of lines) io.out(`${line}\n`)
    },
    json(value) {
      if (isJson) io.out(safeJson(value))
    },
    note(line) {
      if (!isJson) io.err(`${line}\n`)
    },
    fail(failure, prefix = '') {
      reportFailure(failure, { isJson, prefix }, io)
      return 1
    }
  }
}

/** Writes a failure to standard error. */
export function reportFailure(
  { message, code, status, next }: Failure,
  { isJson, prefix = '' }: { readonly isJson: boolean; readonly prefix?: string },
  io: Io
): void {
  if (isJson) {
    const more = { ...(status === undefined ? {} : { status }), ...(next ? { next } : {}) }
    io.err(safeJson({ error: message, code, ...more }))
    return
  }
  io.err(`${printable(prefix + message)}\n`)
  if (next) io.err(`  ${printable(next)}\n`)
}

/** JSON on a line, without anything in it that could talk to a terminal. */
function safeJson(value: unknown): string {
  return escapeControls(encodeJson(value))
}

/** Escapes what shows nothing in a text that is JSON. It stays the same JSON. */
export function escapeControls(json: string): string {
  return json.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} \n]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeUnit(character, at)).join('')
  )
}

function escapeUnit(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`
}

/** Whether a line asks for JSON. For lines that are too wrong to be parsed. */
export function asksForJson(args: readonly string[]): boolean {
  return args.some((arg) => /^--?json(?:=(?:1|t|true))?$/i.test(arg))
}
