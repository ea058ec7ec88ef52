import { html } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { pageAnswer } from './page.ts'

export interface SignInContent {
  /** The path to be led to afterwards. */
  readonly next: string
  /** What was wrong with the last attempt. */
  readonly message?: string
}

/** The page on which a person signs in. */
export function signInPage(status: number, { next, message }: SignInContent): Answer {
  return pageAnswer(status, {
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
}
