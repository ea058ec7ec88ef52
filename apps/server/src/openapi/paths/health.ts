import type { Paths } from '../document.ts'
import { always, headerRef } from '../headers.ts'
import { mirrored } from '../mirrored.ts'
import { operation } from '../operation.ts'
import { anyMethod, only } from '../other-methods.ts'
import { json, responseRef } from '../responses.ts'

const tag = 'Health'
const notStored = { 'Cache-Control': headerRef('NoStore') }

/** Who looks after servers asks by address. */
const anyHost = undefined

/** What says that the server is there, how it does, and what it understands. */
export const healthPaths: Paths = {
  '/health': {
    get: operation({
      operationId: 'health',
      tag,
      summary: 'Ask whether the server is there',
      kind: 'probe',
      answers: { 200: json('It is.', 'Health', { headers: notStored }) }
    }),
    'x-agentguard-other-methods': anyMethod
  },
  '/livez': {
    get: operation({
      operationId: 'livez',
      tag,
      summary: 'Ask whether the process should be started again',
      kind: 'probe',
      answers: {
        200: json('It should not, as long as this is answered.', 'Alive', { headers: notStored }),
        403: anyHost
      }
    }),
    'x-agentguard-other-methods': anyMethod
  },
  '/readyz': {
    get: operation({
      operationId: 'readyz',
      tag,
      summary: 'Ask whether requests should be sent here',
      kind: 'probe',
      answers: {
        200: json('They should.', 'Readiness', {
          headers: notStored,
          examples: { ready: { value: { status: 'ready' } } }
        }),
        503: json('They should not.', 'Readiness', {
          headers: notStored,
          examples: {
            stopping: { value: { status: 'unready', reasons: ['shutting down'] } }
          }
        }),
        403: anyHost
      }
    }),
    'x-agentguard-other-methods': anyMethod
  },
  ...mirrored({
    rest: '/health',
    others: [only('GET, HEAD'), only('GET, HEAD')],
    get: (isMirror) => ({
      operationId: 'healthReport',
      tag,
      summary: 'Ask how the server does',
      description:
        'Always 200; `degraded` when something needs attention, and `warnings` say what. docs/observability.md lists them.',
      kind: 'probe',
      answers: {
        200: json('How it does.', 'HealthReport', { headers: notStored }),
        ...(isMirror && { 404: responseRef('UnknownTenant') })
      }
    })
  }),
  '/openapi.json': {
    get: operation({
      operationId: 'openapi',
      tag,
      summary: 'Read this document',
      answers: {
        200: {
          description: 'The document.',
          headers: {
            ...always,
            'Cache-Control': headerRef('CacheAnHour'),
            ETag: headerRef('ETag')
          },
          content: {
            'application/json': {
              schema: { type: 'object', required: ['openapi', 'info', 'paths'] }
            }
          }
        },
        304: {
          description: 'It has not changed.',
          headers: {
            ...always,
            'Cache-Control': headerRef('CacheAnHour'),
            ETag: headerRef('ETag')
          }
        }
      }
    }),
    'x-agentguard-other-methods': only('GET, HEAD')
  }
}
