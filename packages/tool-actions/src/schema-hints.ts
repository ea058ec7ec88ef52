import { isList, isObject, type Json, type JsonObject } from './json.ts'
import type { NameReading } from './read-name.ts'

const formats: ReadonlyMap<string, NameReading['kind']> = new Map([
  ...'uri uri-reference iri iri-reference url'.split(' ').map((name) => [name, 'url'] as const),
  ...'hostname idn-hostname ipv4 ipv6'.split(' ').map((name) => [name, 'host'] as const),
  ...'path file-path directory-path'.split(' ').map((name) => [name, 'path'] as const)
])

/** The schema of a member, where the schema of its object has one. It is a hint: it takes nothing away. */
export function memberSchema(schema: Json | undefined, name: string): JsonObject | undefined {
  const properties = isObject(schema) ? schema['properties'] : undefined
  const member = isObject(properties) ? properties[name] : undefined
  return isObject(member) ? member : undefined
}

/** The schema of the items of a list. */
export function itemSchema(schema: JsonObject | undefined): JsonObject | undefined {
  const items = schema?.['items']
  return isObject(items) ? items : undefined
}

/** What an argument is by the `format` in its schema. */
export function formatKind(schema: JsonObject | undefined): NameReading['kind'] | undefined {
  const format = schema?.['format']
  return typeof format === 'string' ? formats.get(format) : undefined
}

/** Whether a value is one of a list that the schema has. */
export function isChoice(schema: JsonObject | undefined, value: Json): boolean {
  const choices = schema?.['enum']
  return isList(choices) && choices.includes(value)
}

/** Whether a value has another type than its schema names. */
export function hasWrongType(schema: JsonObject | undefined, value: Json): boolean {
  const type = schema?.['type']
  const types = isList(type) ? type : type === undefined ? [] : [type]
  if (types.length === 0 || types.includes(typeOf(value))) return false
  return !(typeof value === 'number' && types.includes('integer') && Number.isInteger(value))
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  return typeof value
}
