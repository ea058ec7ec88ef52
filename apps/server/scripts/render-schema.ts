import type { Reference, Schema } from '../src/openapi/document.ts'
import { table } from './markdown.ts'

/** What a schema with a name says. */
export function renderSchema(name: string, schema: Schema): readonly string[] {
  const { description = '' } = schema
  const members = 'properties' in schema ? membersTable(schema) : `${typeOf(schema)}.`
  return [`### ${name}`, String(description), members]
}

/** The members of an object. */
export function membersTable({ properties = {}, required = [] }: Schema): string {
  const always = new Set(required as readonly string[])
  const rows = Object.entries(properties as Readonly<Record<string, Schema>>).map(
    ([name, member]) => [
      `\`${name}\`${always.has(name) ? '' : '?'}`,
      typeOf(member),
      String(member['description'] ?? '')
    ]
  )
  return table(['member', 'type', 'what it is'], rows)
}

/** The name of what is referred to. */
export function nameOf({ $ref }: Reference): string {
  return $ref.slice($ref.lastIndexOf('/') + 1)
}

/** A type in words, with a link to what has a name. */
export function typeOf(schema: Schema | Reference): string {
  if ('$ref' in schema) {
    const name = nameOf(schema as Reference)
    return `[${name}](#${name.toLowerCase()})`
  }
  const { type, items, anyOf, additionalProperties } = schema as Schema
  if ('const' in schema) return `\`${JSON.stringify((schema as Schema)['const'])}\``
  if ('enum' in schema) {
    return ((schema as Schema)['enum'] as unknown[]).map((one) => `\`${one}\``).join(', ')
  }
  if (Array.isArray(anyOf)) return anyOf.map(typeOf).join(' or ')
  if (type === 'array') return `list of ${typeOf(items as Schema)}`
  const names = [type ?? 'anything'].flat().join(' or ')
  const isMap = typeof additionalProperties === 'object' && additionalProperties !== null
  return isMap ? `${names} of ${typeOf(additionalProperties as Schema)}` : names
}
