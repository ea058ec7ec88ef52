import type {
  OpenApiDocument,
  Operation,
  Parameter,
  Response,
  Schema
} from '../src/openapi/document.ts'
import { type Described, operationsOf, resolve } from '../src/openapi/operations.ts'
import { block, table } from './markdown.ts'
import { answersTable, isOfAnyRequest, renderShared } from './render-answers.ts'
import { membersTable, renderSchema, typeOf } from './render-schema.ts'

interface Entry extends Described {
  /** The same for other tenants. */
  readonly mirror?: Described
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
    `Any request may have \`X-Request-Id\`. ${components.parameters['RequestId']?.description ?? ''}`,
    'What is answered wherever a request goes:',
    answersTable(document, document['x-agentguard-any-request']),
    redirects(document),
    '## Shared answers',
    'Many routes give these. Their tables name them.',
    ...Object.entries(components.responses)
      .filter(([name]) => !isOfAnyRequest(document, name))
      .flatMap(([name, response]) => [`### ${name}`, ...renderShared(response)]),
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
function entriesOf(document: OpenApiDocument): readonly Entry[] {
  const all = operationsOf(document)
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
  const found = parameters
    .map((parameter) => resolve<Parameter>(document, parameter))
    .filter(({ name }) => name !== 'X-Request-Id')
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
      ...Object.values(examples).map(({ value }) => block(value))
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
  return example ? [block(example.value)] : []
}

function redirects({ 'x-agentguard-redirects': found }: OpenApiDocument): string {
  const pairs = Object.entries(found).map(([from, to]) => `\`${from}\` to \`${to}\``)
  return `Paths that lead elsewhere (307): ${pairs.join(', ')}.`
}

function headerNames(document: OpenApiDocument): Readonly<Record<string, string>> {
  const all = operationsOf(document).flatMap(({ operation }) => Object.values(operation.responses))
  const found: Record<string, string> = {}
  for (const response of all) {
    const { headers = {} } = resolve<Response>(document, response)
    for (const [name, header] of Object.entries(headers)) {
      found[name] ??= resolve<{ description: string }>(document, header).description
    }
  }
  return found
}
