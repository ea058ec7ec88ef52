import type { Paths } from '../document.ts'
import { mirrored } from '../mirrored.ts'
import { jsonBody, type OperationSpec } from '../operation.ts'
import { anyMethod, only, onlyPost } from '../other-methods.ts'
import { parameterRef } from '../parameters.ts'
import { json, notThere, responseRef, text } from '../responses.ts'
import { approvalPage } from './pages.ts'

const tag = 'Approvals'
const id = 'ap_4f0c2d1e8b7a69531c2d3e4f5a6b7c8d'

const answered = {
  approved: { value: { id, status: 'approved' } },
  waiting: {
    summary: 'More people have to agree',
    value: { id, quorum: 2, status: 'pending', votes: 1 }
  }
}

const statuses = {
  pending: { value: { id, status: 'pending' } },
  approved: { value: { id, status: 'resolved', decision: 'ALLOW' } },
  expired: { value: { id, status: 'resolved', decision: 'DENY', expired: true } }
}

const pendingList = {
  anyOf: [
    { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/PendingApproval' } },
    { type: 'null', description: 'Nothing waits.' }
  ]
}

/** What answers approvals, and what follows them. */
export const approvalPaths: Paths = {
  ...mirrored({
    rest: '/approve/{id}',
    others: [onlyPost, only('POST')],
    get: approvalPage,
    post: (isMirror) => answer('approve', isMirror)
  }),
  ...mirrored({
    rest: '/deny/{id}',
    others: [onlyPost, only('POST')],
    post: (isMirror) => answer('deny', isMirror)
  }),
  ...mirrored({ rest: '/status/{id}', others: [anyMethod, only('GET, HEAD')], get: status }),
  ...mirrored({ rest: '/wait/{id}', others: [only('GET, HEAD'), only('GET, HEAD')], get: wait }),
  ...mirrored({
    rest: '/api/pending',
    plain: '/api/pending',
    others: [anyMethod, only('GET, HEAD')],
    get: pending
  })
}

function answer(name: 'approve' | 'deny', isMirror: boolean): OperationSpec {
  const [does, done, other] =
    name === 'approve' ? ['Approve', 'approved', 'denied'] : ['Deny', 'denied', 'approved']
  return {
    operationId: name,
    tag,
    summary: `${does} an action`,
    description: `An answer is given once: the same one again is 200 and changes nothing, the other one is 409. It is for all approvals that ask the same, unless \`only\` names some. Nobody approves what they have asked for with a credential of their own. Each answer is in the audit log.`,
    need: 'write',
    isChanging: true,
    parameters: [parameterRef('ApprovalId')],
    body: jsonBody('ApprovalAnswer', {
      isOptional: true,
      examples: { comment: { value: { comment: 'Agreed with the team on Monday.' } } }
    }),
    answers: {
      200: json(`It is ${done}, or waits for more people to agree.`, 'ApprovalAnswered', {
        examples: name === 'approve' ? answered : { denied: { value: { id, status: 'denied' } } }
      }),
      400: text('The body says something that cannot be meant.', [
        'Invalid request: comment: expected a string',
        'the comment is longer than 4096 characters',
        'missing id'
      ]),
      404: notThere(`pending action ${id} not found`, isMirror),
      409: json(`It is ${other} already, and stays so; or its time was over.`, 'ErrorBody', {
        examples: { other: { value: { error: 'already resolved', id, status: other } } }
      }),
      413: responseRef('BodyTooLarge'),
      500: responseRef('InternalError')
    }
  }
}

function status(isMirror: boolean): OperationSpec {
  return {
    operationId: 'status',
    tag,
    summary: 'Hear how an approval stands',
    description:
      'Changes nothing. An agent hears only of what it has asked for; of the rest it hears 404.',
    need: 'follow',
    parameters: [parameterRef('ApprovalId')],
    answers: {
      200: json('How it stands.', 'ApprovalStatus', { examples: statuses }),
      404: notThere('not found', isMirror),
      500: responseRef('InternalError'),
      ...(!isMirror && { 400: text('The path ends without an id.', 'missing id') })
    }
  }
}

function wait(isMirror: boolean): OperationSpec {
  return {
    operationId: 'wait',
    tag,
    summary: 'Wait until an approval has its answer',
    description:
      'The same as status, but it is answered when somebody has answered, or when the time is over, or when the server stops: whoever still reads `pending` asks again.',
    need: 'follow',
    parameters: [
      parameterRef('ApprovalId'),
      {
        name: 'timeout',
        in: 'query',
        description:
          'How long to wait at most: `30s`, `500ms`, `1m`, or seconds. More than 50 seconds count as 50. Without it, 30.',
        schema: { type: 'string', pattern: '^(\\d{1,6}(\\.\\d{1,3})?(ms|s|m)?)?$' },
        example: '30s'
      }
    ],
    answers: {
      200: json('How it stands.', 'ApprovalStatus', { examples: statuses }),
      400: text('The time to wait is none.', [
        'invalid timeout: expected a duration such as 30s',
        'missing id'
      ]),
      404: notThere('not found', isMirror),
      500: responseRef('InternalError')
    }
  }
}

function pending(isMirror: boolean): OperationSpec {
  return {
    operationId: 'pending',
    tag,
    summary: 'List what waits for an answer',
    description:
      'With `--dashboard` only. The oldest first; those that ask the same as one, with the ids of all in `alike`. Secrets are taken out.',
    need: 'read',
    answers: {
      200: json('What waits; `null` if nothing does.', pendingList),
      500: responseRef('InternalError'),
      ...(isMirror && { 404: responseRef('UnknownTenant') })
    }
  }
}
