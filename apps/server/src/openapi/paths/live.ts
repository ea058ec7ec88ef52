import type { Paths } from '../document.ts'
import { always, headerRef } from '../headers.ts'
import { mirrored } from '../mirrored.ts'
import { type OperationSpec, operation } from '../operation.ts'
import { anyMethod, only } from '../other-methods.ts'
import { json, responseRef } from '../responses.ts'

const tag = 'Live'
const dashboardOnly = 'With `--dashboard` only.'

const events = {
  check: {
    value:
      'data: {"type":"check","timestamp":"2026-11-22T09:08:07.06Z","transport":"sdk","request":{"schema_version":"v1","scope":"shell","command":"ls"},"result":{"schema_version":"v1","decision":"ALLOW","reason":"Allowed by shell rule","matched_rule":"allow:shell:ls"}}\nid: 42\n\n'
  }
}

/** What says what happens, and how much. */
export const livePaths: Paths = {
  ...mirrored({
    rest: '/api/stream',
    plain: '/api/stream',
    others: [anyMethod, only('GET, HEAD')],
    get: stream
  }),
  ...mirrored({
    rest: '/api/stats',
    plain: '/api/stats',
    others: [anyMethod, only('GET, HEAD')],
    get: stats
  }),
  '/metrics': {
    get: operation({
      operationId: 'metrics',
      tag,
      summary: 'Read the metrics',
      isMoreForKnown: true,
      description:
        'In the text format of Prometheus. What names tenants, agents, scopes or rules is only there for a credential that permits `read` and belongs to no tenant; nobody is refused. docs/observability.md lists them.',
      kind: 'probe',
      answers: {
        200: {
          description: 'The metrics.',
          headers: always,
          content: {
            'text/plain; version=0.0.4; charset=utf-8': {
              schema: { type: 'string', pattern: '# TYPE agentguard_checks_total counter' }
            }
          }
        }
      }
    }),
    'x-agentguard-other-methods': anyMethod
  }
}

function stream(isMirror: boolean): OperationSpec {
  return {
    operationId: 'stream',
    tag,
    summary: 'Follow what happens',
    description: `${dashboardOnly} Server-Sent Events of one tenant: the audit log, followed. Events without a name are those of AgentGuard 1.0 (\`check\`, \`resolved\`); docs/observability.md lists the others. Secrets are taken out. Whoever comes back with the id of the last event misses nothing, as long as the log has it; who does gets \`reset\`.`,
    need: 'read',
    kind: 'stream',
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'The id of the last event that the client had.',
        schema: { type: 'string' }
      },
      {
        name: 'last_event_id',
        in: 'query',
        description: 'The same, for clients that cannot send headers.',
        schema: { type: 'string' }
      }
    ],
    answers: {
      200: {
        description: 'Events, until the client or the server ends them.',
        headers: {
          ...always,
          'Cache-Control': headerRef('NoCache'),
          'X-Accel-Buffering': headerRef('NoBuffering')
        },
        content: { 'text/event-stream': { schema: { type: 'string' }, examples: events } }
      },
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}

function stats(isMirror: boolean): OperationSpec {
  return {
    operationId: 'stats',
    tag,
    summary: 'Read how many verdicts there were',
    description: `${dashboardOnly} Of this tenant, since its log began; \`pending\` is of now.`,
    need: 'read',
    answers: {
      200: json('The numbers.', 'Stats', {
        examples: {
          numbers: { value: { allowed: 940, approvals: 12, denied: 48, pending: 2, total: 1000 } }
        }
      }),
      500: responseRef('InternalError'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}
