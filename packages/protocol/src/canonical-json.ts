const maxDepth = 1000

/**
 * Writes a JSON value as RFC 8785 (JSON Canonicalization Scheme) has it: no white space, members in the
 * order of their names' UTF-16 code units, numbers and escapes as ECMAScript writes them. Two values
 * have one text exactly when they are the same JSON.
 *
 * Members that are `undefined` count as absent. Throws a `TypeError` for what is no JSON: numbers
 * without an end, lone surrogates, functions, dates and other objects of a class, `undefined` in a
 * list, and what is nested more than 1000 deep. No message holds a value.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

function write(value: unknown, depth: number): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a number without an end is no JSON')
      return JSON.stringify(value)
    case 'string':
      return writeString(value)
    case 'object':
      if (depth === maxDepth) throw new TypeError(`nested more than ${maxDepth} deep`)
      return Array.isArray(value) ? writeList(value, depth) : writeObject(value, depth)
    default:
      throw new TypeError(`a value of type ${typeof value} is no JSON`)
  }
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a text with a lone surrogate is no JSON')
  return JSON.stringify(text)
}

function writeList(list: readonly unknown[], depth: number): string {
  // `Array.from` visits the holes of a list too.
  return `[${Array.from(list, (item) => write(item, depth + 1)).join(',')}]`
}

function writeObject(object: object, depth: number): string {
  if (!isPlain(object)) throw new TypeError('an object of a class is no JSON')
  let members = ''
  // The default order of `sort` is the one of the UTF-16 code units.
  for (const name of Object.keys(object).sort()) {
    const value = (object as Readonly<Record<string, unknown>>)[name]
    if (value === undefined) continue
    members += `${members && ','}${writeString(name)}:${write(value, depth + 1)}`
  }
  return `{${members}}`
}

/** Whether an object is `{}`, of this realm or another, or has no prototype. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
