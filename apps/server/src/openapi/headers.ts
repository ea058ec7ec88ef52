import type { Header, Reference } from './document.ts'

/** Refers to a header of the document. */
export function headerRef(name: keyof typeof headers): Reference {
  return { $ref: `#/components/headers/${name}` }
}

/** A header of the document that is not in every answer. */
export function sometimes(name: keyof typeof headers): Header {
  const { description, schema } = headers[name]
  return { description, schema }
}

const milliseconds = { type: 'string', pattern: '^\\d+\\.\\d{3}$' }
const text = { type: 'string' }

/** All headers of answers that mean something to a client. */
export const headers = {
  RequestId: {
    description:
      'What the request is called in the log: what the client sent in X-Request-Id if it was harmless, else a new name.',
    required: true,
    schema: { type: 'string', pattern: '^[\\w.:+/=@-]{1,128}$' },
    example: '3f9c0b5a7d21-1k'
  },
  Vary: {
    description: 'Which page asks makes a difference to the CORS headers.',
    required: true,
    schema: { const: 'Origin' }
  },
  NoSniff: {
    description: 'Browsers must not take the text for anything else.',
    required: true,
    schema: { const: 'nosniff' }
  },
  PolicyMs: {
    description: 'How long the verdict took, in milliseconds with three decimals.',
    required: true,
    schema: milliseconds,
    example: '0.142'
  },
  AuditMs: {
    description: 'How long its entry in the audit log took, likewise.',
    required: true,
    schema: milliseconds,
    example: '1.310'
  },
  TotalMs: {
    description: 'How long everything took, likewise. Never less than the two together.',
    required: true,
    schema: milliseconds,
    example: '1.502'
  },
  PolicyDigest: {
    description: 'The digest of the policy that was in force. Absent where no policy was asked.',
    schema: text
  },
  NextCursor: {
    description: 'What to send as `cursor` to get the next page. Absent on the last one.',
    schema: text
  },
  RetryAfter: {
    description: 'After how many seconds to ask again.',
    required: true,
    schema: { type: 'string', pattern: '^[1-9]\\d*$' },
    example: '5'
  },
  Challenge: {
    description: 'How to authenticate (RFC 6750).',
    required: true,
    schema: { type: 'string', pattern: '^Bearer realm="agentguard"(, error="invalid_token")?$' },
    example: 'Bearer realm="agentguard"'
  },
  Allow: {
    description: 'Which methods the path has. Absent on the routes of AgentGuard 1.0.',
    schema: text,
    example: 'GET, HEAD'
  },
  Location: {
    description: 'Where to go.',
    required: true,
    schema: { type: 'string', pattern: '^/' },
    example: '/dashboard'
  },
  ConnectionClose: {
    description: 'The rest of the body is not read, so the connection cannot be used again.',
    required: true,
    schema: { const: 'close' }
  },
  SessionCookies: {
    description:
      'Two headers: the session, which no script can read (`ag_session`, or `__Host-ag_session` where TLS is terminated upstream), and its CSRF token (`ag_csrf`). Both are `SameSite=Strict`.',
    required: true,
    schema: text,
    example:
      'ag_session=5d7c…; Path=/; Expires=Sun, 22 Nov 2026 10:08:07 GMT; HttpOnly; SameSite=Strict'
  },
  NoStore: {
    description: 'The answer is of this moment and for this client only.',
    required: true,
    schema: { const: 'no-store' }
  },
  NoCache: {
    description: 'Events are of this moment.',
    required: true,
    schema: { const: 'no-cache' }
  },
  NoBuffering: {
    description: 'Proxies must not hold events back.',
    required: true,
    schema: { const: 'no' }
  },
  ContentSecurityPolicy: {
    description: 'Nothing is loaded, nothing runs, nobody frames the page.',
    required: true,
    schema: { type: 'string', pattern: "^default-src 'none'; " }
  },
  SameOriginOpener: {
    description: 'Other pages get no hold of this one.',
    required: true,
    schema: { const: 'same-origin' }
  },
  NoReferrer: {
    description: 'Links do not tell where they were.',
    required: true,
    schema: { const: 'no-referrer' }
  },
  FrameDeny: {
    description: 'For browsers that do not know the policy above.',
    required: true,
    schema: { const: 'DENY' }
  },
  CacheAnHour: {
    description: 'The document changes only with the version of the server.',
    required: true,
    schema: { type: 'string', pattern: '^public, max-age=\\d+$' }
  },
  ETag: {
    description: 'What to send as If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^"[\\w-]+"$' }
  }
} as const satisfies Readonly<Record<string, Header>>

/** The headers of every answer that the server itself gives. */
export const always = { 'X-Request-Id': headerRef('RequestId'), Vary: headerRef('Vary') }

/** The headers of an error in words. */
export const ofText = { ...always, 'X-Content-Type-Options': headerRef('NoSniff') }

/** The headers of what says how long a verdict took. */
export const ofTiming = {
  ...always,
  'X-AgentGuard-Policy-Ms': headerRef('PolicyMs'),
  'X-AgentGuard-Audit-Ms': headerRef('AuditMs'),
  'X-AgentGuard-Total-Ms': headerRef('TotalMs')
}

/** The headers of a page. */
export const ofPage = {
  ...ofText,
  'Cache-Control': headerRef('NoStore'),
  'Content-Security-Policy': headerRef('ContentSecurityPolicy'),
  'Cross-Origin-Opener-Policy': headerRef('SameOriginOpener'),
  'Referrer-Policy': headerRef('NoReferrer'),
  'X-Frame-Options': headerRef('FrameDeny')
}
