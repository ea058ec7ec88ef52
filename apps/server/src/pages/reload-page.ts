import { html } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { pageAnswer } from './page.ts'

/**
 * A page that leads on to a page of ours. A browser sends the cookies of a session (`SameSite=Strict`) with
 * requests that come from us, and not with one that comes from a link in a message.
 */
export function reloadPage(path: string): Answer {
  return pageAnswer(200, {
    title: 'AgentGuard',
    head: html`<meta http-equiv="refresh" content="0;url=${path}">`,
    body: html`<p><a href="${path}">Go on to the approval</a></p>`
  })
}
