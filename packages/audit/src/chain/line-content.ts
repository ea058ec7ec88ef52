import { canonicalJson, canonicalName } from './canonical-json.ts'
import { type FieldNode, isField, lineNode, memberNode, pointerOf } from './sensitive-fields.ts'
import { sortNames } from './sort-names.ts'

/** A sensitive field of a line. */
export interface LineField {
  /** Where it is, as a JSON pointer. */
  readonly pointer: string
  readonly value: unknown
}

/** A line, taken apart. */
export interface LineContent {
  /** Its sensitive fields, in the order of the UTF-16 code units of their pointers. */
  readonly fields: readonly LineField[]
  /** The canonical JSON of the line, without the fields and with these texts as its reserved members. */
  withReserved(texts: readonly string[]): string
}

/**
 * Takes a line apart, with places for members that it does not have yet. Their names MUST be in order.
 * Throws a TypeError for what JSON cannot say.
 */
export function lineContent(line: object, reserved: readonly string[]): LineContent {
  const fields: LineField[] = []
  const keys = sortNames(Object.keys(line))
  const stretches: string[] = []
  let from = 0
  for (const name of [...reserved, undefined]) {
    const to = name === undefined ? keys.length : countBefore(keys, name)
    const place = { node: lineNode, path: '', fields }
    stretches.push(restOfMembers(line, keys.slice(from, to), place))
    from = to
  }
  return {
    fields: fields.sort((a, b) => (a.pointer < b.pointer ? -1 : 1)),
    withReserved(texts) {
      let text = stretches[0] as string
      for (const [index, name] of reserved.entries()) {
        const rest = stretches[index + 1] as string
        text += `${text === '' ? '' : ','}"${name}":${texts[index]}${rest === '' ? '' : `,${rest}`}`
      }
      return `{${text}}`
    }
  }
}

/** How many of the sorted names come before one. */
function countBefore(names: readonly string[], name: string): number {
  const index = names.findIndex((one) => one > name)
  return index < 0 ? names.length : index
}

interface Place {
  readonly node: FieldNode
  readonly path: string
  /** Takes the fields that are found. */
  readonly fields: LineField[]
}

/** The canonical JSON of members without their sensitive fields. */
function restOfMembers(object: object, keys: readonly string[], place: Place): string {
  const { node, path, fields } = place
  let text = ''
  for (const key of keys) {
    const value = (object as Readonly<Record<string, unknown>>)[key]
    if (value === undefined) continue
    const inner = memberNode(node, key)
    const rest =
      inner === undefined
        ? canonicalJson(value)
        : restOf(value, { node: inner, path: inner.pointer ?? pointerOf(path, key), fields })
    if (rest !== undefined) text += `${text === '' ? '' : ','}${canonicalName(key)}${rest}`
  }
  return text
}

/** The canonical JSON of what is left of a value; `undefined` when it is a field itself. */
function restOf(value: unknown, place: Place): string | undefined {
  const { node, path, fields } = place
  if (isField(node, value)) {
    fields.push({ pointer: path, value })
    return undefined
  }
  if (node.kind !== undefined || typeof value !== 'object' || value === null) {
    return canonicalJson(value)
  }
  if (!Array.isArray(value))
    return `{${restOfMembers(value, sortNames(Object.keys(value)), place)}}`
  const rests = value.map((item, index) => {
    const inner = node.any
    return inner === undefined
      ? canonicalJson(item)
      : restOf(item, { node: inner, path: `${path}/${index}`, fields })
  })
  return `[${rests.join(',')}]`
}
