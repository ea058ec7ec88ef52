import type { Paths, Response } from '../document.ts'
import { always, headerRef, ofTiming, sometimes } from '../headers.ts'
import { mirrored } from '../mirrored.ts'
import { jsonBody, type OperationSpec } from '../operation.ts'
import { only, onlyPost } from '../other-methods.ts'
import { either, json, responseRef, text } from '../responses.ts'
import { schemaRef } from '../schemas.ts'

const tag = 'Checks'

const actions = {
  shell: {
    summary: 'A command',
    value: { scope: 'shell', command: 'git push origin main', agent_id: 'ci' }
  },
  file: {
    summary: 'A file',
    value: { scope: 'filesystem', action: 'write', path: '/srv/app.env' }
  },
  payment: {
    summary: 'A payment',
    value: { scope: 'cost', action: 'charge', est_cost: 12.5, session_id: 's-7' }
  },
  approved: {
    summary: 'An action that a person has approved',
    value: {
      scope: 'shell',
      command: 'git push origin main',
      agent_id: 'ci',
      approval_id: 'ap_4f0c2d1e8b7a69531c2d3e4f5a6b7c8d'
    }
  }
}

const verdicts = {
  allowed: {
    value: {
      schema_version: 'v1',
      decision: 'ALLOW',
      reason: 'Allowed by shell rule',
      matched_rule: 'allow:shell:git *'
    }
  },
  approval: {
    summary: 'A person has to approve it',
    value: {
      schema_version: 'v1',
      decision: 'REQUIRE_APPROVAL',
      reason: 'Matches approval rule in shell scope',
      matched_rule: 'require_approval:shell:git push*',
      approval_id: 'ap_4f0c2d1e8b7a69531c2d3e4f5a6b7c8d',
      approval_url: 'http://localhost:8080/v1/approve/ap_4f0c2d1e8b7a69531c2d3e4f5a6b7c8d'
    }
  },
  denied: {
    value: {
      schema_version: 'v1',
      decision: 'DENY',
      reason: 'No matching allow rule (default deny)'
    }
  },
  overloaded: {
    summary: 'The server has too much to do',
    value: {
      schema_version: 'v1',
      decision: 'DENY',
      reason: 'the server is overloaded; retry later',
      matched_rule: 'deny:server:overload'
    }
  }
}

const verdictHeaders = {
  ...ofTiming,
  'X-AgentGuard-Policy-Digest': headerRef('PolicyDigest'),
  'Retry-After': sometimes('RetryAfter')
}

/** Of a batch that was refused before it was read. */
const headersOfRefusal = {
  ...always,
  'X-AgentGuard-Policy-Ms': sometimes('PolicyMs'),
  'X-AgentGuard-Audit-Ms': sometimes('AuditMs'),
  'X-AgentGuard-Total-Ms': sometimes('TotalMs'),
  'Retry-After': sometimes('RetryAfter')
}

/** 400 of what is sent as an action: in words, or as JSON where only the version is wrong. */
export const invalidAction: Response = either(
  'The body is no strict JSON, a member has a wrong type, or the version is not `v1`.',
  text('', 'Invalid request: command: expected a string, received a number'),
  json('', 'ErrorBody', {
    examples: {
      version: { value: { error: 'unsupported schema_version; expected v1', received: 'v2' } }
    }
  })
)

/** `POST /v1/check` and `/v1/check/batch`. */
export const checkPaths: Paths = {
  ...mirrored({ rest: '/check', others: [onlyPost, only('POST')], post: check }),
  ...mirrored({ rest: '/check/batch', others: [only('POST'), only('POST')], post: batch })
}

function check(isMirror: boolean): OperationSpec {
  return {
    operationId: 'check',
    tag,
    summary: 'Ask whether an action may happen',
    description: `The answer is a verdict, \`ALLOW\`, \`DENY\` or \`REQUIRE_APPROVAL\`, for every body that can be read as an action: also where it is too large (\`deny:request:too_large\`), where the server has too much to do (\`deny:server:overload\`, with \`Retry-After\`), where a credential is not good (\`deny:access:…\`), where the host is not ours (\`deny:server:host\`) or where a part of the server fails (\`deny:guard:…\`). Clients of AgentGuard 1.0 take an HTTP error for a yes.

After \`REQUIRE_APPROVAL\`, wait with \`GET /v1/wait/{id}\`, then ask again with the \`approval_id\`. What is answered with anything but 200 must not be done.`,
    need: 'check',
    kind: 'check',
    body: jsonBody('ActionRequest', { examples: actions }),
    answers: {
      200: json('The verdict.', 'CheckResult', { headers: verdictHeaders, examples: verdicts }),
      400: invalidAction,
      413: responseRef('BodyTooLarge'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}

function batch(isMirror: boolean): OperationSpec {
  return {
    operationId: 'checkBatch',
    tag,
    summary: 'Ask about several actions at once',
    description:
      'Up to 100 actions that have nothing to do with each other. Each gets its own verdict, in the order of the actions; one that cannot be read is `deny:request:invalid` and holds up no other. Actions that belong together, of which all or none may happen, are `actions` of one action of `POST /v1/check`.\n\nA batch can be refused before it is read: where the server has too much to do (`deny:server:overload`, with `Retry-After`), where the credential is not good (`deny:access:…`) or where the host is not ours (`deny:server:host`). How many actions it has is not known then, so that each that there can be is denied: `results` has 100 denials, of which the first ones are for yours, and the answer is itself a denial (`decision`, `reason`, `matched_rule`). What is answered with anything but 200, or has no result, must not be done.',
    need: 'check',
    kind: 'check',
    body: jsonBody('CheckBatch', {
      examples: { list: { value: [actions.shell.value, actions.file.value] } }
    }),
    answers: {
      200: {
        description: 'The verdicts.',
        headers: headersOfRefusal,
        content: {
          'application/json': {
            schema: schemaRef('CheckBatchResult'),
            examples: {
              verdicts: {
                value: {
                  schema_version: 'v1',
                  results: [verdicts.allowed.value, verdicts.denied.value]
                }
              },
              refused: {
                summary: 'Refused before it was read. The list is shortened here',
                value: {
                  ...verdicts.overloaded.value,
                  results: [verdicts.overloaded.value, verdicts.overloaded.value]
                }
              }
            }
          }
        }
      },
      400: text('The body is no list of at most 100 actions.', [
        'Invalid request: expected a list of actions, or an object with one in `actions`',
        'Invalid request: more than 100 actions'
      ]),
      413: responseRef('BodyTooLarge'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}
