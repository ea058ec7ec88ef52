import type { Parameter, Paths } from '../document.ts'
import { headerRef, ofTiming } from '../headers.ts'
import { mirrored } from '../mirrored.ts'
import { jsonBody, type OperationSpec } from '../operation.ts'
import { anyMethod, only } from '../other-methods.ts'
import { either, json, responseRef, text } from '../responses.ts'
import { schemaRef } from '../schemas.ts'
import { invalidAction } from './check.ts'

const tag = 'Audit log'

const exactly = (name: string, description: string, example?: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string', maxLength: 4096 },
  ...(example === undefined ? {} : { example })
})

/** The parameters of a search. Those of AgentGuard 1.0 first. */
const search: readonly Parameter[] = [
  exactly('agent_id', 'Only of this agent.'),
  exactly('session_id', 'Only of this session.'),
  exactly('decision', 'Only with this decision.', 'DENY'),
  exactly('scope', 'Only in this scope.', 'shell'),
  exactly('transport', 'Only over this transport. `sdk` also finds entries that name none.'),
  {
    name: 'limit',
    in: 'query',
    description:
      'How many at most. Without it `proxy.audit.default_limit` of the policy (100), and never more than `proxy.audit.max_limit` (1000).',
    schema: { type: 'integer', minimum: 1 },
    example: 50
  },
  {
    name: 'offset',
    in: 'query',
    description: 'How many to skip. A cursor is faster.',
    schema: { type: 'integer', minimum: 0, default: 0 }
  },
  exactly('request_id', 'Only of the request with this `X-Request-Id`.'),
  exactly('trace_id', 'Only of requests that belong to this trace: its 32 hexadecimal digits.'),
  exactly(
    'kind',
    'Events of this kind instead of verdicts, such as `approval-resolved`; `*` is every kind.'
  ),
  exactly('since', 'From this time on (RFC 3339).', '2026-11-22T09:00:00Z'),
  exactly('until', 'Before this time (RFC 3339).'),
  exactly(
    'text',
    'Only with this text in what was asked, by whom, or why; in any case of letters.'
  ),
  {
    name: 'order',
    in: 'query',
    description: 'Which come first: the oldest (`asc`) or the newest (`desc`).',
    schema: { enum: ['asc', 'desc'], default: 'asc' }
  },
  exactly('cursor', 'Where to go on: `X-AgentGuard-Next-Cursor` of the page before.')
]

const found = {
  anyOf: [
    {
      type: 'array',
      minItems: 1,
      items: { anyOf: [schemaRef('AuditEntry'), schemaRef('AuditMetaLine')] }
    },
    { type: 'null', description: 'Nothing was found.' }
  ]
}

/** `GET` and `POST /v1/audit`. */
export const auditPaths: Paths = mirrored({
  rest: '/audit',
  others: [anyMethod, only('GET, HEAD, POST')],
  get: query,
  post: report
})

function query(isMirror: boolean): OperationSpec {
  return {
    operationId: 'audit',
    tag,
    summary: 'Search the audit log',
    description:
      'The verdicts of one tenant, the oldest first, archives included. Parameters that are not listed are ignored.',
    need: 'read',
    parameters: search,
    answers: {
      200: json('What was found; `null` if nothing was. `AuditMetaLine` only with `kind`.', found, {
        headers: { 'X-AgentGuard-Next-Cursor': headerRef('NextCursor') }
      }),
      400: text('A parameter is not what it should be.', [
        'invalid limit: value 0 below minimum 1',
        'invalid offset: not an integer: "x"',
        'invalid order: expected asc or desc',
        'invalid query: expected a time of RFC 3339'
      ]),
      500: text('The log could not be read.', 'Query error: the audit log could not be read'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}

function report(isMirror: boolean): OperationSpec {
  return {
    operationId: 'report',
    tag,
    summary: 'Record a denial that was made elsewhere',
    description:
      'For gateways that deny by themselves. Whatever is sent, it is recorded as a DENY; nobody is notified. An agent reports as itself only.',
    need: 'report',
    isChanging: true,
    body: jsonBody('Denial', {
      examples: {
        denial: {
          value: {
            schema_version: 'v1',
            request: { scope: 'mcp_tool', command: 'fs:write_file', agent_id: 'ci' },
            rule: 'deny:gateway:fail_closed',
            reason: 'the server did not answer'
          }
        }
      }
    }),
    answers: {
      200: json('The denial as it was recorded.', 'CheckResult', { headers: ofTiming }),
      400: either(
        'The body is no such denial, or the version is not `v1`.',
        text('', ['rule is required', 'Invalid request: expected an object']),
        invalidAction
      ),
      413: responseRef('BodyTooLarge'),
      500: responseRef('InternalError'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}
