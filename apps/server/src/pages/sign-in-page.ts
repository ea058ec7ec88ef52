import { html } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { challenge } from '../http/auth/refusal.ts'
import { pageAnswer } from './page.ts'

export interface SignInContent {
  /** The path to be led to afterwards. */
  readonly next: string
  /** What was wrong with the last attempt. */
  readonly message?: string
}

/** The page on which a person signs in. With 401 it says how programs do, as it has to (RFC 9110, 15.5.2). */
export function signInPage(status: number, { next, message }: SignInContent): Answer {
  const page = pageAnswer(status, {
    title: 'AgentGuard — Sign in',
    body: html`
${message === undefined ? '' : html`<p class="note" role="alert">${message}</p>`}
<form method="post" action="/auth/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="key">API key, or the secret of your credential</label>
<input id="key" name="api_key" type="password" autocomplete="current-password" required autofocus>
<div class="choices"><button>Sign in</button></div>
</form>`
  })
  if (status !== 401) return page
  return { ...page, headers: { ...page.headers, 'WWW-Authenticate': challenge } }
}
