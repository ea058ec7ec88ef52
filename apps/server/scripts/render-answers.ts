import type { OpenApiDocument, Reference, Response, Schema } from '../src/openapi/document.ts'
import { resolve } from '../src/openapi/operations.ts'
import { block, table } from './markdown.ts'
import { nameOf, typeOf } from './render-schema.ts'

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

/** Whether any request can be answered so. */
export function isOfAnyRequest(document: OpenApiDocument, name: string): boolean {
  const all = Object.values(document['x-agentguard-any-request'])
  return all.some(({ $ref }) => $ref.endsWith(`/${name}`))
}

/** An answer that many routes give. */
export function renderShared({
  description,
  headers = {},
  content = {}
}: Response): readonly string[] {
  const named = Object.keys(headers).filter((name) => !everywhere.has(name))
  const sent = named.length === 0 ? '' : ` With ${named.map((name) => `\`${name}\``).join(', ')}.`
  const said = Object.values(content).flatMap(({ examples = {} }) => Object.values(examples))
  return [`${description}${sent}`, ...said.map(({ value }) => block(value))]
}

/** A table of answers by status. */
export function answersTable(
  document: OpenApiDocument,
  responses: Readonly<Record<string, Response | Reference>>
): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const whole = resolve<Response>(document, response)
    const { content = {}, headers = {} } = whole
    const bodies = Object.entries(content).map(([type, { schema }]) => bodyOf(type, schema))
    const named = Object.keys(headers).filter((name) => !everywhere.has(name))
    return [
      status,
      bodies.join(' or ') || 'none',
      named.map((name) => `\`${name}\``).join(', '),
      '$ref' in response && !isOfAnyRequest(document, nameOf(response))
        ? typeOf(response)
        : `${whole.description}${saidIn(content)}`
    ]
  })
  return table(['status', 'body', 'headers', 'when'], rows)
}

/** What a text says, in its own words. */
function saidIn(content: NonNullable<Response['content']>): string {
  const { examples = {} } = content['text/plain; charset=utf-8'] ?? {}
  const said = Object.values(examples).map(({ value }) => `\`${String(value).trim()}\``)
  return said.length === 0 ? '' : ` ${said.join(', ')}`
}

function bodyOf(type: string, schema: Schema | Reference): string {
  if (type === 'application/json') return typeOf(schema)
  return { 'text/plain': 'text', 'text/html': 'a page', 'text/event-stream': 'events' }[
    type.split(';', 1)[0] ?? ''
  ] as string
}
