import { type JsonErrorCode, parseJson } from '@agentguard/protocol'
import { copyJson, inexact } from './copy-json.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { maxDepth, maxLength } from './limits.ts'
import { scanText } from './scan-text.ts'

/** The arguments of a tool call, as far as they can be understood. */
export interface Arguments {
  /** The members of the arguments; empty when there are none that can be told apart. */
  readonly members: JsonObject
  /** What else was found where the arguments are no object: names with values, or a value. */
  readonly rest: readonly Json[]
  /** Why the arguments may not be what the tool gets. */
  readonly doubts: readonly string[]
  /** The arguments as a whole, where their members do not say all of them. */
  readonly text?: string
  /** The members are texts, numbers and so on like any others, and can be shown one by one. */
  readonly isUsual: boolean
}

const noMembers: JsonObject = Object.freeze(Object.create(null) as JsonObject)
const noArguments: Arguments = Object.freeze({
  members: noMembers,
  rest: [],
  doubts: [],
  isUsual: true
})

/**
 * Reads arguments: JSON text, or the value of one. Nothing, `null` and an empty text are no arguments.
 *
 * What cannot be read is searched for names and texts all the same, so that denials find them.
 */
export function readArguments(source: unknown): Arguments {
  if (source === undefined || source === null) return noArguments
  if (typeof source !== 'string')
    return readValue(source, () => JSON.stringify(source) ?? 'undefined')
  if (source.trim() === '') return noArguments
  if (source.length > maxLength) return readBroken(source, 'the arguments are too large')
  const parsed = parseJson(source, { maxDepth })
  if (!parsed.ok) return readBroken(source, reasons[parsed.error.code])
  return parsed.value === null ? noArguments : readValue(parsed.value, () => source)
}

const reasons: Readonly<Record<JsonErrorCode, string>> = {
  empty: 'the arguments are no JSON',
  truncated: 'the arguments are cut off',
  syntax: 'the arguments are no JSON',
  invalid_utf8: 'the arguments are no text',
  byte_order_mark: 'the arguments are no JSON',
  lone_surrogate: 'an argument has half a character',
  duplicate_member: 'an argument is there twice',
  trailing_bytes: 'the arguments are more than one value',
  too_deep: 'the arguments are nested too deep',
  number_out_of_range: 'a number is not exact'
}

function readValue(source: unknown, text: () => string): Arguments {
  const { value, doubts } = copyJson(source)
  if (!isObject(value)) {
    const all = [...doubts, 'the arguments are not an object']
    return { members: noMembers, rest: [value], doubts: all, text: text(), isUsual: false }
  }
  const isUsual = doubts.every((doubt) => doubt === inexact)
  return { members: value, rest: [], doubts, isUsual, ...(doubts.length > 0 && { text: text() }) }
}

function readBroken(text: string, doubt: string): Arguments {
  return {
    members: noMembers,
    rest: scanText(text),
    doubts: [doubt],
    text: text.toWellFormed(),
    isUsual: false
  }
}
