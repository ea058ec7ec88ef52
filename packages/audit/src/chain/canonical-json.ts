import { sortNames } from './sort-names.ts'

/**
 * The canonical JSON text of a value (RFC 8785): members in the order of their UTF-16 code units,
 * nothing between the tokens, numbers and strings as ECMAScript writes them.
 *
 * Members that are `undefined` are left out. Throws a TypeError for what JSON cannot say, half a
 * surrogate pair included.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('expected a finite number')
      return String(value === 0 ? 0 : value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
    default:
      throw new TypeError(`expected a JSON value, received a ${typeof value}`)
  }
}

/** Texts that are written as they are. Most are, and a test is faster than an escape. */
const plainText = /^[ !#-[\]-~]*$/

/** Names of members that were met often enough to keep their text. Bounded: agents choose names too. */
const knownNames = new Map<string, string>()
const maxKnownNames = 256

/** The canonical JSON text of a member's name, with its colon. */
export function canonicalName(name: string): string {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const text = `${canonicalString(name)}:`
  if (knownNames.size < maxKnownNames) knownNames.set(name, text)
  return text
}

function canonicalString(text: string): string {
  if (plainText.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('expected well-formed text')
  return JSON.stringify(text)
}

function canonicalArray(items: readonly unknown[]): string {
  return `[${items.map((item) => canonicalJson(item)).join(',')}]`
}

function canonicalObject(object: object): string {
  let text = ''
  for (const key of sortNames(Object.keys(object))) {
    const value = (object as Readonly<Record<string, unknown>>)[key]
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}${canonicalName(key)}${canonicalJson(value)}`
  }
  return `{${text}}`
}
