import type { OpenApiDocument } from './document.ts'
import { headers } from './headers.ts'
import { parameters } from './parameters.ts'
import { approvalPaths } from './paths/approvals.ts'
import { auditPaths } from './paths/audit.ts'
import { authPaths } from './paths/auth.ts'
import { checkPaths } from './paths/check.ts'
import { healthPaths } from './paths/health.ts'
import { livePaths } from './paths/live.ts'
import { pagePaths } from './paths/pages.ts'
import { slackPaths } from './paths/slack.ts'
import { responseRef, responses } from './responses.ts'
import { createSchemas } from './schemas.ts'

const description = `The HTTP API of AgentGuard, a firewall for AI agents: an agent asks before it acts, and the answer is \`ALLOW\`, \`DENY\` or \`REQUIRE_APPROVAL\`.

It is that of AgentGuard 1.0, with additions: nothing that a client reads disappears or changes its type. Members that are not listed may be added at any time, so clients must pass over what they do not know.

- **Tenants.** Each route of the API is there once for the tenant \`local\`, and once for every other under \`/v1/t/{tenant}\`.
- **Bodies** are read as strict JSON (RFC 8259, no member twice, UTF-8), whatever their \`Content-Type\` says. Answers of JSON are one line; \`<\`, \`>\` and \`&\` are escaped in them.
- **HEAD** is answered wherever GET is, without a body. **OPTIONS** is answered with 204 on every path, with the CORS headers for pages that may read the answers: those of this machine, or of \`--allowed-origin\`.
- **Times** are RFC 3339 in UTC.
- **Errors** are mostly a line of text, as in AgentGuard 1.0; a program looks at the status. A check is answered with 200 and a verdict whenever its body can be read.
- **What is no request of HTTP/1.1**, takes too long to arrive or has more than 16 KiB of headers is answered with 400, 408 or 431, and the connection is closed. Connections beyond \`--max-connections\` are answered with 503.`

const tags = [
  { name: 'Checks', description: 'Ask whether an action may happen.' },
  { name: 'Approvals', description: 'Answer what waits for a person, and hear of it.' },
  { name: 'Audit log', description: 'Search what was decided, and add to it.' },
  { name: 'Live', description: 'What happens, and how much.' },
  { name: 'Health', description: 'Whether the server is there, and how it does.' },
  { name: 'Signing in', description: 'Sessions of browsers.' },
  { name: 'Pages', description: 'Pages for people, and where their forms and buttons go.' }
]

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The API key, or the secret of a named credential (`agentguard keys create`).'
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'ag_session',
    description:
      'The session of a browser, from POST /auth/login. It is `__Host-ag_session` where TLS is terminated upstream.'
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'The `csrf_token` of the session: with every request that changes something.'
  }
}

/** Makes the OpenAPI document of the server: the same one on every machine. */
export function createDocument(): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'AgentGuard',
      version: 'v1',
      summary: 'A firewall for AI agents',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    tags,
    paths: {
      ...checkPaths,
      ...approvalPaths,
      ...auditPaths,
      ...livePaths,
      ...healthPaths,
      ...authPaths,
      ...pagePaths,
      ...slackPaths
    },
    components: { schemas: createSchemas(), responses, parameters, headers, securitySchemes },
    'x-agentguard-redirects': {
      '/v1/approve': '/v1/approve/',
      '/v1/deny': '/v1/deny/',
      '/v1/status': '/v1/status/',
      '/v1/wait': '/v1/wait/'
    },
    'x-agentguard-any-request': {
      307: responseRef('Cleaned'),
      400: responseRef('BadTarget'),
      404: responseRef('NotFound'),
      405: responseRef('MethodNotAllowed')
    }
  }
}
