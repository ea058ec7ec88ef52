import { html } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { pageAnswer } from './page.ts'

/** A page that only says something. */
export function messagePage(status: number, message: string): Answer {
  return pageAnswer(status, { title: 'AgentGuard', body: html`<p class="note">${message}</p>` })
}
