import type { Paths } from '../document.ts'
import { headerRef, sometimes } from '../headers.ts'
import { jsonBody, operation } from '../operation.ts'
import { only, onlyPost } from '../other-methods.ts'
import { empty, json, responseRef, text } from '../responses.ts'
import { schemaRef } from '../schemas.ts'

const tag = 'Signing in'
const cookies = { 'Set-Cookie': headerRef('SessionCookies') }
const notStored = { 'Cache-Control': headerRef('NoStore') }
const retry = { 'Retry-After': headerRef('RetryAfter') }

/** Sessions of browsers. */
export const authPaths: Paths = {
  '/auth/login': {
    post: operation({
      operationId: 'login',
      tag,
      summary: 'Sign in',
      description:
        'Opens a session for a browser, and ends the one that it had. A session lasts as long as `proxy.session.ttl` of the policy says, one hour unless it says otherwise.',
      body: jsonBody('Login', { examples: { key: { value: { api_key: 'the API key' } } } }),
      answers: {
        200: json('Signed in.', 'SignedIn', { headers: { ...notStored, ...cookies } }),
        400: text('The body is no such object, or larger than 4096 bytes.', 'invalid request'),
        401: text('The key is not right, or no longer good.', 'invalid api key'),
        403: text('The request may not sign in here.', [
          'Forbidden: The role of the credential does not permit this',
          'Forbidden: The request comes from a page of another site'
        ]),
        429: text(
          'Too many wrong keys, or too many requests, came from this address.',
          ['too many failed logins; retry later', 'too many requests; retry later'],
          retry
        ),
        500: text('The session could not be stored.', 'session creation failed'),
        503: text(
          'Nobody can sign in now. With Retry-After, unless there is nothing to sign in with.',
          [
            'login disabled: server has no API key configured',
            'session store full; retry later',
            'the server is overloaded; retry later'
          ],
          { 'Retry-After': sometimes('RetryAfter') }
        )
      }
    }),
    'x-agentguard-other-methods': onlyPost
  },
  '/auth/logout': {
    post: operation({
      operationId: 'logout',
      tag,
      summary: 'Sign out',
      description:
        'Ends the session of the browser, if it has one. Where the page of another site asks, nothing happens, and no cookie is sent.',
      answers: {
        204: empty('Signed out, with cookies that clear those of the session.', {
          'Set-Cookie': sometimes('SessionCookies')
        })
      }
    }),
    'x-agentguard-other-methods': onlyPost
  },
  '/auth/session': {
    get: operation({
      operationId: 'whoAmI',
      tag,
      summary: 'Hear who one is',
      description: 'For pages that were loaded again and have forgotten their CSRF token.',
      need: 'follow',
      answers: {
        200: json('Who one is.', 'WhoAmI', { headers: notStored }),
        403: responseRef('ForeignHost')
      }
    }),
    'x-agentguard-other-methods': only('GET, HEAD')
  },
  '/auth/sessions': {
    get: operation({
      operationId: 'sessions',
      tag,
      summary: 'List who is signed in',
      need: 'admin',
      answers: {
        200: json('Who is, without their secrets.', { type: 'array', items: schemaRef('Session') })
      }
    }),
    'x-agentguard-other-methods': only('GET, HEAD')
  },
  '/auth/sessions/{id}/end': {
    post: operation({
      operationId: 'endSession',
      tag,
      summary: 'End a session',
      need: 'admin',
      isChanging: true,
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          description: 'The session.',
          schema: { type: 'string', minLength: 1 },
          example: 'as_0011223344556677'
        }
      ],
      answers: {
        200: json('It is over.', 'SessionEnded'),
        404: text('There is no such session.', 'not found')
      }
    }),
    'x-agentguard-other-methods': only('POST')
  }
}
