import { html } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { pageAnswer } from './page.ts'

/** A page that only says something. */
export function messagePage(status: number, message: string): Answer {
  return pageAnswer(status, { title: 'AgentGuard', body: html`<p class="note">${message}</p>` })
}

/** Why somebody is not let in, as a page. What the answer says to the client itself, its headers still say. */
export function refusalPage({
  answer,
  reason
}: {
  readonly answer: Answer
  readonly reason: string
}): Answer {
  const page = messagePage(answer.status, reason)
  const kept = Object.entries(answer.headers).filter(([name]) => toClients.has(name))
  return { ...page, headers: { ...page.headers, ...Object.fromEntries(kept) } }
}

const toClients: ReadonlySet<string> = new Set(['Retry-After', 'WWW-Authenticate'])
