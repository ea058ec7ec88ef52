import { foreignHost } from '../http/refuse-request.ts'
import type { Header, MediaType, Reference, Response } from './document.ts'
import {
  always,
  headerRef,
  type headers as knownHeaders,
  ofPage,
  ofText,
  sometimes
} from './headers.ts'
import { schemaRef } from './schemas.ts'

type Headers = Readonly<Record<string, Header | Reference>>

/** An answer of JSON text. */
export function json(
  description: string,
  schema: MediaType['schema'] | string,
  {
    headers = {},
    examples
  }: { readonly headers?: Headers; readonly examples?: MediaType['examples'] } = {}
): Response {
  const resolved = typeof schema === 'string' ? schemaRef(schema) : schema
  return {
    description,
    headers: { ...always, ...headers },
    content: { 'application/json': { schema: resolved, ...(examples && { examples }) } }
  }
}

/** An error in words. They all end with a line break. */
export function text(
  description: string,
  said: string | readonly string[],
  headers: Headers = {}
): Response {
  return { description, headers: { ...ofText, ...headers }, content: words(said) }
}

/** The content of an error in words, such as these. */
function words(said: string | readonly string[]): NonNullable<Response['content']> {
  const texts = [said].flat()
  const named = texts.map((one, at) => [
    at === 0 ? 'error' : `error${at + 1}`,
    { value: `${one}\n` }
  ])
  return {
    'text/plain; charset=utf-8': {
      schema: { type: 'string', pattern: '\\n$' },
      examples: Object.fromEntries(named)
    }
  }
}

/** A page for a person. */
export function page(description: string, headers: Headers = {}): Response {
  return {
    description,
    headers: { ...ofPage, ...headers },
    content: {
      'text/html; charset=utf-8': { schema: { type: 'string', pattern: '^<!doctype html>' } }
    }
  }
}

/** An answer without a body. */
export function empty(description: string, headers: Headers = {}): Response {
  return { description, headers: { ...always, ...headers } }
}

/** An answer that is one of several. Headers that not all of them have are not always there. */
export function either(description: string, ...ways: readonly Response[]): Response {
  const all: Headers = Object.assign({}, ...ways.map((way) => way.headers))
  const headers = Object.entries(all).map(([name, header]) => {
    const isAlways = ways.every((way) => name in (way.headers ?? {}))
    return [name, isAlways || !('$ref' in header) ? header : sometimes(nameOf(header))]
  })
  return {
    description,
    headers: Object.fromEntries(headers),
    content: Object.assign({}, ...ways.map(({ content }) => content))
  }
}

function nameOf({ $ref }: Reference): keyof typeof knownHeaders {
  return $ref.slice($ref.lastIndexOf('/') + 1) as keyof typeof knownHeaders
}

/** Refers to an answer of the document. */
export function responseRef(name: keyof typeof responses): Reference {
  return { $ref: `#/components/responses/${name}` }
}

const tenantExample = { tenant: { value: { error: 'tenant not found' } } }
const retry = { 'Retry-After': headerRef('RetryAfter') }

const unknownTenant = json('There is no such tenant.', 'ErrorBody', { examples: tenantExample })

/** What many routes answer. */
export const responses = {
  Unauthorized: text(
    'No credential was sent, or one that is not good (any more).',
    'Unauthorized',
    { 'WWW-Authenticate': headerRef('Challenge') }
  ),
  Forbidden: text(
    'The credential does not permit this; or it belongs to another tenant; or a browser sent no, or the wrong, CSRF token; or the request comes from a page of another site; or the server does not answer for this host.',
    [
      'Forbidden: The role of the credential does not permit this',
      'Forbidden: The credential belongs to another tenant',
      'CSRF token mismatch',
      'Forbidden: The request comes from a page of another site',
      foreignHost
    ]
  ),
  ForeignHost: text(
    'The server does not answer for this host: without a key, or with --allowed-host, it answers only for the names that it knows.',
    foreignHost
  ),
  UnknownTenant: unknownTenant,
  BodyTooLarge: text(
    'The body is larger than it may be: `proxy.request.max_body_bytes` of the policy, 1 MiB unless it says otherwise; 64 KiB for answers of approvals.',
    'Request body too large (limit 1048576 bytes)',
    { Connection: headerRef('ConnectionClose') }
  ),
  TooManyRequests: text(
    'Too many requests came from this address, or too many wrong credentials.',
    [
      'too many requests; retry later',
      'Too many wrong credentials came from this address; retry later'
    ],
    retry
  ),
  Unavailable: text(
    'The server has too much to do, or cannot read its credentials.',
    [
      'the server is overloaded; retry later',
      'too many clients wait already; retry later',
      'The store of the credentials cannot be read'
    ],
    retry
  ),
  InternalError: json('Something failed. The log of the server says what.', 'ErrorBody', {
    examples: { failed: { value: { error: 'internal server error' } } }
  }),
  NotFound: text('There is nothing under this path.', '404 page not found'),
  Cleaned: empty(
    'The path has empty elements, `.` or `..`: ask under the clean one. Nothing was done.',
    { Location: headerRef('Location') }
  ),
  BadTarget: text('The request can be read in two ways.', [
    'More than one Host header',
    'The request target must be a path'
  ]),
  MethodNotAllowed: text(
    'The path has no such method.',
    ['Method Not Allowed', 'Method not allowed'],
    {
      Allow: headerRef('Allow')
    }
  )
} as const satisfies Readonly<Record<string, Response>>

/** 404 of what is for a tenant and names something that is not there. */
export function notThere(message: string, isMirror: boolean): Response {
  const missing = text('There is no such approval.', message)
  return isMirror
    ? either('There is no such tenant, or no such approval.', missing, unknownTenant)
    : missing
}
