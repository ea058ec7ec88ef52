import type { Parameter, Reference } from './document.ts'

/** Refers to a parameter of the document. */
export function parameterRef(name: keyof typeof parameters): Reference {
  return { $ref: `#/components/parameters/${name}` }
}

/** What several routes take. */
export const parameters = {
  Tenant: {
    name: 'tenant',
    in: 'path',
    required: true,
    description:
      'Whose policy, approvals and log. `local` is the tenant of the routes without one. Percent-encode it.',
    schema: { type: 'string', minLength: 1 },
    example: 'acme'
  },
  ApprovalId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The approval: the `approval_id` of a verdict.',
    schema: { type: 'string', minLength: 1 },
    example: 'ap_4f0c2d1e8b7a69531c2d3e4f5a6b7c8d'
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description:
      'What the request is to be called in the log and the answer: up to 128 letters, digits and `_.:+/=@-`. Others get a new name.',
    schema: { type: 'string' }
  }
} as const satisfies Readonly<Record<string, Parameter>>
