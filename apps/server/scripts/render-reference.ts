import type {
  Method,
  OpenApiDocument,
  Operation,
  Parameter,
  Reference,
  Response,
  Schema
} from '../src/openapi/document.ts'
import { methods } from '../src/openapi/document.ts'

interface Entry {
  readonly method: Method
  readonly path: string
  readonly operation: Operation
  /** The path for other tenants. */
  readonly mirror?: { readonly path: string; readonly operation: Operation }
}

/** Writes the page about the API that is in docs/api.md: all that the document says, in Markdown. */
export function renderReference(document: OpenApiDocument): string {
  const { info, tags, components } = document
  const entries = entriesOf(document)
  const parts = [
    '# The HTTP API',
    '<!-- Made from the OpenAPI document by `pnpm openapi` in apps/server: change src/openapi there, not this page. -->',
    'This page says what [openapi.json](openapi.json) says, in which programs read it; a server has it at `/openapi.json`. Tests drive a running server through every route and every status below, and compare each answer with the document.',
    String(info['description']),
    '## Routes',
    ...tags.flatMap(({ name, description }) => [
      `**${name}.** ${description}`,
      routesTable(entries.filter(({ operation }) => operation.tags[0] === name))
    ]),
    '## Any request',
    'Before anybody looks at what is asked for:',
    answersTable(document, document['x-agentguard-any-request']),
    redirects(document),
    ...tags.flatMap(({ name }) => [
      `## ${name}`,
      ...entries
        .filter(({ operation }) => operation.tags[0] === name)
        .flatMap((entry) => renderEntry(document, entry))
    ]),
    '## Objects',
    'Members without a mark are always there; those with `?` may be absent.',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => renderSchema(name, schema)),
    '## Headers of answers',
    'Each answer has `X-Request-Id` and `Vary`. What the others are:',
    table(
      ['header', 'what it says'],
      Object.entries(headerNames(document)).map(([name, description]) => [
        `\`${name}\``,
        description
      ])
    )
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The operations, each with its mirror. */
function entriesOf({ paths }: OpenApiDocument): readonly Entry[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path, operation }] : []
    })
  )
  return all
    .filter(({ operation }) => !operation.operationId.endsWith('OfTenant'))
    .map((entry) => {
      const mirrorId = `${entry.operation.operationId}OfTenant`
      const mirror = all.find(({ operation }) => operation.operationId === mirrorId)
      return { ...entry, ...(mirror && { mirror }) }
    })
}

function routesTable(entries: readonly Entry[]): string {
  return table(
    ['route', 'for tenants', 'permission', ''],
    entries.map(({ method, path, operation, mirror }) => [
      `\`${method.toUpperCase()} ${path}\``,
      mirror ? `\`${mirror.path}\`` : '',
      operation['x-agentguard-permission'] === 'none'
        ? ''
        : `\`${operation['x-agentguard-permission']}\``,
      operation.summary
    ])
  )
}

function renderEntry(document: OpenApiDocument, entry: Entry): readonly string[] {
  const { method, path, operation, mirror } = entry
  const { summary, description = '', parameters = [], requestBody } = operation
  const also = mirror
    ? `For a tenant: \`${method.toUpperCase()} ${mirror.path}\`.${extraAnswers(entry)}`
    : ''
  const found = parameters.map((parameter) => resolve<Parameter>(document, parameter))
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${summary}.`,
    also,
    description,
    found.length === 0
      ? ''
      : table(
          ['parameter', 'in', 'what it is'],
          found.map((one) => [`\`${one.name}\`${one.required ? '' : '?'}`, one.in, one.description])
        ),
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema, examples = {} }]) => [
      `Body (\`${type}\`${requestBody?.required ? '' : ', may be left away'}): ${typeOf(schema)}.`,
      ...formMembers(type, schema as Schema),
      ...Object.values(examples).map(({ value }) => jsonBlock(value))
    ]),
    answersTable(document, operation.responses),
    ...exampleOf(document, operation)
  ]
}

/** The fields of a form, which has no name of its own. */
function formMembers(type: string, schema: Schema): readonly string[] {
  return type === 'application/x-www-form-urlencoded' ? [membersTable(schema)] : []
}

function extraAnswers({ operation, mirror }: Entry): string {
  const own = Object.keys(operation.responses)
  const others = Object.keys(mirror?.operation.responses ?? {})
  const more = others.filter((status) => !own.includes(status))
  const less = own.filter((status) => !others.includes(status))
  return [
    more.length > 0 ? ` It also answers ${more.join(', ')}: there is no such tenant.` : '',
    less.length > 0 ? ` It does not answer ${less.join(', ')}.` : ''
  ].join('')
}

/** The first example of an answer that went well. */
function exampleOf(document: OpenApiDocument, { responses }: Operation): readonly string[] {
  const response = responses[200]
  const { content = {} } = response ? resolve<Response>(document, response) : {}
  const [example] = Object.values(content['application/json']?.examples ?? {})
  return example ? [jsonBlock(example.value)] : []
}

function answersTable(
  document: OpenApiDocument,
  responses: Readonly<Record<string, Response | Reference>>
): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const { description, content = {}, headers = {} } = resolve<Response>(document, response)
    const bodies = Object.entries(content).map(([type, { schema }]) => bodyOf(type, schema))
    const named = Object.keys(headers).filter((name) => !everywhere.has(name))
    return [
      status,
      bodies.join(' or ') || 'none',
      named.map((name) => `\`${name}\``).join(', '),
      description
    ]
  })
  return table(['status', 'body', 'headers', 'when'], rows)
}

/** Headers that a table need not repeat: those of all answers, of all texts and of all pages. */
const everywhere = new Set([
  'X-Request-Id',
  'Vary',
  'X-Content-Type-Options',
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Referrer-Policy',
  'X-Frame-Options'
])

function bodyOf(type: string, schema: Schema | Reference): string {
  if (type === 'application/json') return typeOf(schema)
  return { 'text/plain': 'text', 'text/html': 'a page', 'text/event-stream': 'events' }[
    type.split(';', 1)[0] ?? ''
  ] as string
}

function redirects({ 'x-agentguard-redirects': found }: OpenApiDocument): string {
  const pairs = Object.entries(found).map(([from, to]) => `\`${from}\` to \`${to}\``)
  return `Paths that lead elsewhere (307): ${pairs.join(', ')}.`
}

function renderSchema(name: string, schema: Schema): readonly string[] {
  const { description = '' } = schema
  const members = 'properties' in schema ? membersTable(schema) : `${typeOf(schema)}.`
  return [`### ${name}`, String(description), members]
}

function membersTable({ properties = {}, required = [] }: Schema): string {
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

/** A type in words. */
function typeOf(schema: Schema | Reference): string {
  if ('$ref' in schema) {
    const name = String(schema.$ref).split('/').at(-1) ?? ''
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

function headerNames(document: OpenApiDocument): Readonly<Record<string, string>> {
  const all = Object.values(document.paths).flatMap((item) =>
    methods.flatMap((method) => Object.values(item[method]?.responses ?? {}))
  )
  const found: Record<string, string> = {}
  for (const response of all) {
    for (const [name, header] of Object.entries(
      resolve<Response>(document, response).headers ?? {}
    )) {
      found[name] ??= resolve<{ description: string }>(document, header).description
    }
  }
  return found
}

function resolve<T extends object>(document: OpenApiDocument, value: T | Reference): T {
  if (!('$ref' in value)) return value
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(\w+)$/.exec(String(value.$ref)) ?? []
  const { components } = document
  const found = (components as unknown as Record<string, Record<string, T>>)[kind]?.[name]
  if (!found) throw new Error(`${value.$ref} leads nowhere`)
  return found
}

function jsonBlock(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
