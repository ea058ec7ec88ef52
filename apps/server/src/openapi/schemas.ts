import { roles } from '@agentguard/access'
import wire from '@agentguard/protocol/schema.json' with { type: 'json' }
import type { Reference, Schema } from './document.ts'

/** Refers to a schema of the document. */
export function schemaRef(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` }
}

const timeSchema: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$'
}
const count: Schema = { type: 'integer', minimum: 0 }
const id: Schema = { type: 'string', description: 'The approval.' }

/** All schemas of the document: the wire objects of the protocol, and what only the server says. */
export function createSchemas(): Readonly<Record<string, Schema>> {
  // Nothing is one of these as it stands there: decisions are spelt out, and of approvals more is said.
  const { Approval, Decision: _, ...shared } = wireSchemas()
  return {
    ...shared,
    HealthReport: withMembers(shared['HealthReport'], {
      policy_digest: { type: 'string', description: 'The digest of the policy in force.' }
    }),
    ErrorBody: withMembers(shared['ErrorBody'], {
      expired: {
        type: 'boolean',
        description: 'Whether the time of the approval was over before anybody answered.'
      }
    }),
    PendingApproval: {
      ...withMembers(Approval, {
        alike: {
          type: 'array',
          items: { type: 'string' },
          description:
            'The ids of all approvals that ask the same, this one included: an answer is for all of them. Absent when it is the only one.'
        }
      }),
      description: 'An approval that waits for an answer, the oldest of those that ask the same.'
    },
    ...own
  }
}

type Members = Readonly<Record<string, Schema>>

/** The schemas of the protocol under their names, with references that lead to where they are here. */
function wireSchemas(): Readonly<Record<string, Schema>> {
  const text = JSON.stringify(wire.$defs)
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'))
}

/** A schema of the protocol with what the server adds to it. */
function withMembers(schema: Schema | undefined, members: Members): Schema {
  const { properties, ...rest } = schema ?? {}
  return { ...rest, properties: { ...(properties as Members), ...members } }
}

function object(
  description: string,
  properties: Members,
  optional: readonly string[] = []
): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { description, type: 'object', properties, ...(required.length > 0 && { required }) }
}

const approvalAnswered = object(
  'What has become of the approval.',
  {
    id,
    status: {
      enum: ['approved', 'denied', 'pending'],
      description: 'pending while more people have to agree.'
    },
    quorum: { ...count, description: 'How many people have to agree. Only while it is pending.' },
    votes: { ...count, description: 'How many have agreed so far. Only while it is pending.' }
  },
  ['quorum', 'votes']
)

const who = object(
  'Who somebody is to the server.',
  {
    via: { enum: ['bearer', 'session', 'open'], description: 'How they are known.' },
    role: { enum: ['anonymous', ...roles], description: 'What they may do.' },
    name: { type: 'string', description: 'The name of the credential; key for the API key.' },
    agent_id: { type: 'string', description: 'The agent that the credential asks as.' },
    tenant_id: { type: 'string', description: 'The only tenant that the credential is good for.' },
    csrf_token: { type: 'string', description: 'What a browser sends in X-CSRF-Token.' },
    expires_at: { ...timeSchema, description: 'When the session ends.' }
  },
  ['name', 'agent_id', 'tenant_id', 'csrf_token', 'expires_at']
)

const session = object(
  'Somebody who is signed in.',
  {
    id: { type: 'string', description: 'The session. It is no secret.' },
    opened_with: { const: 'key', description: 'key where it was opened with the API key.' },
    credential_id: { type: 'string', description: 'The named credential that it was opened with.' },
    opened_at: { ...timeSchema, description: 'When they signed in.' },
    expires_at: { ...timeSchema, description: 'When the session ends.' },
    from: { type: 'string', description: 'The network address that they signed in from.' }
  },
  ['opened_with', 'credential_id']
)

const own: Readonly<Record<string, Schema>> = {
  CheckBatch: {
    description: 'Up to 100 actions that have nothing to do with each other.',
    anyOf: [
      { type: 'array', maxItems: 100, items: schemaRef('ActionRequest') },
      object('The same as an object.', {
        actions: {
          type: 'array',
          maxItems: 100,
          items: schemaRef('ActionRequest'),
          description: 'The actions.'
        }
      })
    ]
  },
  CheckBatchResult: object(
    'One verdict for each action, in their order.',
    {
      schema_version: { const: 'v1', description: 'The version of the wire format.' },
      results: {
        type: 'array',
        maxItems: 100,
        items: schemaRef('CheckResult'),
        description: 'The verdicts. Where the batch was refused before it was read: 100 denials.'
      },
      decision: {
        const: 'DENY',
        description: 'Only where the batch was refused before it was read: for all of its actions.'
      },
      reason: { type: 'string', description: 'Why it was refused. Only with `decision`.' },
      matched_rule: { type: 'string', description: 'The rule of it. Only with `decision`.' }
    },
    ['decision', 'reason', 'matched_rule']
  ),
  ApprovalAnswer: object(
    'What a person says beside yes or no. A body that is no object counts as none, as in AgentGuard 1.0; an object that cannot be read is refused.',
    {
      comment: {
        type: 'string',
        description: 'Why, in their words: at most 4096 characters.'
      },
      only: {
        type: 'array',
        items: { type: 'string' },
        description: 'Of the approvals that ask the same, the ids of those that the answer is for.'
      }
    },
    ['comment', 'only']
  ),
  ApprovalAnswered: approvalAnswered,
  Denial: object(
    'A denial that was made elsewhere.',
    {
      schema_version: { type: ['string', 'null'], description: 'Absent or empty means v1.' },
      request: { ...schemaRef('ActionRequest'), description: 'The action that was denied.' },
      rule: { type: 'string', pattern: '\\S', description: 'The rule that denied it.' },
      reason: { type: ['string', 'null'], description: 'Why, in words for a person.' }
    },
    ['schema_version', 'request', 'reason']
  ),
  Stats: object('How many verdicts there were, and what waits.', {
    allowed: { ...count, description: 'Verdicts ALLOW.' },
    approvals: { ...count, description: 'Verdicts REQUIRE_APPROVAL.' },
    denied: { ...count, description: 'Verdicts DENY.' },
    pending: { ...count, description: 'Approvals that wait for an answer now.' },
    total: { ...count, description: 'All verdicts.' }
  }),
  Alive: object('The process answers.', { status: { const: 'ok', description: 'Always ok.' } }),
  Readiness: object(
    'Whether requests should be sent here.',
    {
      status: { enum: ['ready', 'unready'], description: 'Whether they should.' },
      reasons: {
        type: 'array',
        items: { type: 'string' },
        description: 'Why not, in words for a person. Only where it is unready.'
      }
    },
    ['reasons']
  ),
  Login: object(
    'What to sign in with.',
    {
      api_key: {
        type: ['string', 'null'],
        description: "The API key, or the secret of a named credential that is not an agent's."
      }
    },
    ['api_key']
  ),
  SignedIn: object('A session was opened.', {
    csrf_token: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'What to send in X-CSRF-Token. It is not the secret of the session.'
    },
    expires_at: { ...timeSchema, description: 'When the session ends.' },
    name: { type: 'string', description: 'The name of the credential; key for the API key.' },
    role: { enum: roles, description: 'What the session may do.' }
  }),
  WhoAmI: who,
  Session: session,
  SessionEnded: object('The session is over.', {
    id: { type: 'string', description: 'The session.' },
    status: { const: 'ended', description: 'Always ended.' }
  })
}
