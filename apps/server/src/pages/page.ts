import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { Answer } from '../http/answer.ts'
import { style } from './style.ts'

/** A piece of HTML in which every text is escaped. */
export type Markup = ReturnType<typeof html>

const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * Nothing is loaded, nothing runs, nobody frames it, and its forms go nowhere else: whatever an agent
 * wrote into an action stays text.
 */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'"
].join('; ')

/** The headers of every page. */
const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY'
}

export interface PageContent {
  readonly title: string
  readonly body: Markup
  /** What else belongs into the head. */
  readonly head?: Markup
  /** Who is signed in. Absent where nobody is. */
  readonly user?: string
}

/**
 * A whole page as an answer.
 *
 * Other sites are never told where somebody was; we are. With the header's `no-referrer` alone, a browser would call
 * the origin of our own forms `null` (Fetch, "append a request `Origin` header"), as it does that of a stranger's.
 * The header is that of version 1.0, and what the document says comes after it.
 */
export function pageAnswer(status: number, { title, body, head, user }: PageContent): Answer {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<title>${title}</title>
<style>${raw(style)}</style>
${head ?? ''}</head>
<body>
<header><h1>${title}</h1>${signedIn(user)}</header>
<main>${body}</main>
</body>
</html>
`
  return { status, headers: pageHeaders, body: String(page) }
}

function signedIn(user: string | undefined): Markup | string {
  if (user === undefined) return ''
  return html`<form method="post" action="/auth/sign-out">${user} <button>Sign out</button></form>`
}
