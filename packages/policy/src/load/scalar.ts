import type { Scalar } from 'yaml'
import { decodeBase64 } from './decode-base64.ts'
import { parseInteger } from './parse-integer.ts'

/** What a scalar is as text: `null` where it stands for nothing, `undefined` where it cannot be text. */
export function scalarText(scalar: Scalar): string | null | undefined {
  const text = scalar.source ?? ''
  const tag = shortTag(scalar)
  if (tag === undefined) return isPlain(scalar) && nulls.has(text) ? null : text
  if (tag === 'binary') return decodeBase64(text)
  if (!kinds.has(tag)) return text
  const kind = kindOf(text)
  if (kind !== tag && !(tag === 'float' && kind === 'int')) return undefined
  return kind === 'null' ? null : text
}

/**
 * What a scalar is as a whole number: `null` where it stands for nothing, `undefined` where it is
 * none. Reads what YAML 1.1 and 1.2 do: `0x1E`, `010` and `0o10` (8), `1_000`, `1e3`; fractions are
 * cut off. Quoted digits are text.
 */
export function scalarInteger(scalar: Scalar): bigint | null | undefined {
  const text = scalarText(scalar)
  if (text === null || text === undefined) return text
  const tag = shortTag(scalar)
  const isNumber = tag === undefined ? isPlain(scalar) : tag === 'int' || tag === 'float'
  return isNumber ? parseInteger(text) : undefined
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])
const booleans = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'])
const notNumbers = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/
const timestamp = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?$/

/** The tags that say of a plain text what it is; under any other tag it is text. */
const kinds = new Set(['null', 'bool', 'int', 'float', 'timestamp'])

function kindOf(text: string): string {
  if (nulls.has(text)) return 'null'
  if (booleans.has(text)) return 'bool'
  if (notNumbers.test(text)) return 'float'
  if (timestamp.test(text)) return 'timestamp'
  if (parseInteger(text) === undefined) return 'str'
  return /^[-+]?(?:0[xobXOB])?[0-9a-fA-F_]+$/.test(text) ? 'int' : 'float'
}

function isPlain(scalar: Scalar): boolean {
  return scalar.type === 'PLAIN'
}

const yamlPrefix = 'tag:yaml.org,2002:'

function shortTag({ tag }: Scalar): string | undefined {
  if (tag === undefined || tag === '!') return undefined
  return tag.startsWith(yamlPrefix) ? tag.slice(yamlPrefix.length) : tag
}
