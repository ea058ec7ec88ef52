import type { Header, Operation, Parameter, Paths, Reference } from '../document.ts'
import { headerRef, sometimes } from '../headers.ts'
import { formBody, type OperationSpec, operation } from '../operation.ts'
import { anyMethod, nothingThere } from '../other-methods.ts'
import { parameterRef } from '../parameters.ts'
import { either, empty, page, responseRef, responses } from '../responses.ts'

const tag = 'Pages'

const again = { 'Retry-After': headerRef('RetryAfter') }
const challenge = { 'WWW-Authenticate': headerRef('Challenge') }

/** What pages answer to who is not let in: in words where the server refuses, else as a page. */
const refusedPages = {
  403: either(
    'Who has signed in may not see or do this; or, in words, the server does not answer for this host.',
    responses.ForeignHost,
    page('')
  ),
  429: either(responses.TooManyRequests.description, responses.TooManyRequests, page('', again)),
  503: either(responses.Unavailable.description, responses.Unavailable, page('', again))
}

const cookies = { 'Set-Cookie': headerRef('SessionCookies') }
const led: Readonly<Record<string, Header | Reference>> = {
  Location: headerRef('Location'),
  'Cache-Control': headerRef('NoStore'),
  ...cookies
}

const signIn = page('Nobody has signed in: the form to do so, which leads back here.', challenge)

/** `GET` of an approval, as a browser asks for it. */
export function approvalPage(isMirror: boolean): OperationSpec {
  const { Unauthorized, Forbidden, MethodNotAllowed } = responses
  return {
    operationId: 'approvalPage',
    tag,
    summary: 'Show the page of an approval',
    description:
      'For browsers, which send `Accept: text/html`: the whole action, its effects, the rule, who asks, and a form to answer with. It changes nothing, whatever is in its URL. Clients that do not name `text/html` get what AgentGuard 1.0 answers: 405, or why they are not let in.',
    need: 'read',
    parameters: [
      parameterRef('ApprovalId'),
      {
        name: 'token',
        in: 'query',
        description: 'The token of a signed link from a notification, instead of a session.',
        schema: { type: 'string' }
      }
    ],
    answers: {
      ...refusedPages,
      200: page('The approval, with a form for who may answer it.'),
      401: isMirror ? signIn : either(signIn.description, signIn, Unauthorized),
      403: either(refusedPages[403].description, Forbidden, page('')),
      404: page('There is no such approval, or it was long ago; or no such tenant.'),
      405: { ...MethodNotAllowed, description: 'The client does not name `text/html`.' },
      500: responseRef('InternalError')
    }
  }
}

/** Where people look and answer, and where the forms of their pages are sent. */
export const pagePaths: Paths = {
  '/approvals/{id}': { post: answerForm(false), 'x-agentguard-other-methods': nothingThere },
  '/t/{tenant}/approvals/{id}': {
    post: answerForm(true),
    'x-agentguard-other-methods': nothingThere
  },
  '/dashboard': {
    get: operation({
      operationId: 'dashboard',
      tag,
      summary: 'Show the dashboard',
      description:
        'With `--dashboard` only. What waits for an answer and the latest verdicts, without scripts; a page of its own for who has not signed in.',
      need: 'read',
      answers: {
        ...refusedPages,
        200: page('The dashboard; or the form to sign in with.'),
        401: undefined,
        500: responseRef('InternalError')
      }
    }),
    'x-agentguard-other-methods': anyMethod
  },
  '/auth/sign-in': { post: signInForm(), 'x-agentguard-other-methods': nothingThere },
  '/auth/sign-out': { post: signOutForm(), 'x-agentguard-other-methods': nothingThere }
}

function answerForm(isMirror: boolean): Operation {
  const tenant: readonly (Parameter | Reference)[] = isMirror ? [parameterRef('Tenant')] : []
  return operation({
    operationId: isMirror ? 'answerFormOfTenant' : 'answerForm',
    tag,
    summary: `Answer an approval with the form of its page${isMirror ? ' (of a tenant)' : ''}`,
    description: 'For the form of the page of an approval. Programs use `POST /v1/approve/{id}`.',
    need: 'write',
    isChanging: true,
    parameters: [...tenant, parameterRef('ApprovalId')],
    body: formBody(
      {
        decision: { enum: ['ALLOW', 'DENY'], description: 'The answer.' },
        comment: { type: 'string', description: 'Why, in their words.' },
        only: {
          type: 'array',
          items: { type: 'string' },
          description: 'The ids of those that the answer is for. Repeated.'
        },
        csrf: { type: 'string', description: 'The CSRF token of the session.' },
        token: { type: 'string', description: 'That of a signed link, instead of a session.' }
      },
      ['decision']
    ),
    answers: {
      ...refusedPages,
      200: page('What has become of it.'),
      400: page('The form is not complete, or the comment is too long.'),
      401: page('Nobody has signed in, or no longer: the form to do so.', challenge),
      404: page('There is no such approval, or no such tenant.'),
      409: page('It has an answer already, or its time is over.'),
      500: responseRef('InternalError')
    }
  })
}

function signInForm(): Operation {
  return operation({
    operationId: 'signInForm',
    tag,
    summary: 'Sign in with the form of a page',
    description: 'Programs use `POST /auth/login`.',
    body: formBody(
      {
        api_key: {
          type: 'string',
          description: "The API key, or the secret of a credential that is not an agent's."
        },
        next: { type: 'string', description: 'The path of this server to be led to afterwards.' }
      },
      ['api_key']
    ),
    answers: {
      ...refusedPages,
      303: empty('Signed in, and led to the page.', led),
      400: page('A key is needed.'),
      401: page('The key is not right, or no longer good.', challenge),
      429: either(
        'Too many requests, or too many wrong keys, came from this address.',
        responses.TooManyRequests,
        page('', again)
      ),
      500: page('Signing in failed. The log of the server says why.'),
      503: either(
        'The server has too much to do, too many are signed in, or nobody needs to sign in.',
        responses.Unavailable,
        page('', { 'Retry-After': sometimes('RetryAfter') })
      )
    }
  })
}

function signOutForm(): Operation {
  return operation({
    operationId: 'signOutForm',
    tag,
    summary: 'Sign out with the form of a page',
    description: 'Programs use `POST /auth/logout`.',
    answers: {
      303: empty(
        'Signed out, and led to the dashboard, with cookies that clear those of the session.',
        { ...led, 'Set-Cookie': sometimes('SessionCookies') }
      )
    }
  })
}
