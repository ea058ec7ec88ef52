import { countMembers } from './count-members.ts'
import { JsonChecker } from './json-checker.ts'
import type { JsonError, JsonErrorCode } from './json-error.ts'
import { JsonStop } from './json-stop.ts'

/** What {@link parseJson} answers: the value, or why there is none. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: JsonError }

/** How {@link parseJson} reads. */
export interface ParseJsonOptions {
  /**
   * How deeply objects and arrays may be nested, at most 1000.
   *
   * @defaultValue 64
   */
  readonly maxDepth?: number
}

// Every platform has it; the language does not.
declare const TextDecoder: new (
  encoding: string,
  options: { fatal: boolean; ignoreBOM: boolean }
) => { decode(bytes: Uint8Array): string }

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/**
 * Parses one JSON text, strictly: what two parsers could read differently is refused.
 *
 * Refused, beyond what `JSON.parse` refuses: the same member twice in an object, deep nesting, half a
 * surrogate pair, numbers that no double holds, bytes that are not UTF-8. A value that is returned is
 * the one that `JSON.parse` returns.
 */
export function parseJson(
  source: string | Uint8Array,
  { maxDepth = 64 }: ParseJsonOptions = {}
): ParsedJson {
  if (!(maxDepth >= 0 && maxDepth <= 1000)) throw new RangeError('maxDepth must be 0 to 1000')
  const text = typeof source === 'string' ? source : decode(source)
  if (text === undefined) return refused('invalid_utf8', 'expected UTF-8')
  if (text.charCodeAt(0) === 0xfeff) return refused('byte_order_mark', 'unexpected byte order mark')
  if (!text.isWellFormed()) {
    return refused('lone_surrogate', `lone surrogate ${place(text, text.search(loneSurrogate))}`)
  }
  try {
    const memberCount = new JsonChecker(text, maxDepth, false).check()
    const value: unknown = JSON.parse(text)
    // `JSON.parse` keeps the last of two members with one name, so that fewer are left.
    if (countMembers(value) !== memberCount) new JsonChecker(text, maxDepth, true).check()
    return { ok: true, value }
  } catch (stop) {
    if (!(stop instanceof JsonStop)) throw stop
    const { code, what, at } = stop
    return refused(code, code === 'empty' ? what : `${what} ${place(text, at)}`)
  }
}

function refused(code: JsonErrorCode, message: string): ParsedJson {
  return { ok: false, error: { code, message } }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function place(text: string, at: number): string {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return `at line ${before.split('\n').length}, column ${at - lineStart + 1}`
}
