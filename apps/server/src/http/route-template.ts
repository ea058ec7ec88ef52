import { pathOf, routePath } from './route-path.ts'

/** Routes of the API, as they stand behind `/v1` or `/v1/t/{tenant}`. */
const scoped: ReadonlySet<string> = new Set([
  '/check',
  '/check/batch',
  '/audit',
  '/health',
  '/api/pending',
  '/api/stats',
  '/api/stream'
])
const withId = /^\/(approve|deny|status|wait)\/./

/** Routes that are only in one place. */
const fixed: ReadonlySet<string> = new Set([
  '/health',
  '/livez',
  '/readyz',
  '/metrics',
  '/dashboard',
  '/api/pending',
  '/api/stats',
  '/api/stream',
  '/auth/login',
  '/auth/logout',
  '/auth/session',
  '/auth/sessions',
  '/auth/sign-in',
  '/auth/sign-out',
  '/v1/slack/actions',
  '/openapi.json'
])

/** Routes whose paths hold something, and are not of the API. */
const patterns: readonly (readonly [pattern: RegExp, template: string])[] = [
  [/^\/auth\/sessions\/[^/]+\/end$/, '/auth/sessions/{id}/end'],
  [/^\/approvals\/./, '/approvals/{id}'],
  [/^\/t\/[^/]+\/approvals\/./, '/t/{tenant}/approvals/{id}']
]

/** The template of the route that a target asks for, such as `/v1/t/{tenant}/status/{id}`; '' if it is none. */
export function routeTemplate(target: string): string {
  const path = pathOf(target)
  if (fixed.has(path)) return path
  const found = routePath(path)
  if (!found) return patterns.find(([pattern]) => pattern.test(path))?.[1] ?? ''
  const prefix = path.startsWith('/v1/t/') ? '/v1/t/{tenant}' : '/v1'
  if (scoped.has(found.rest)) return prefix + found.rest
  const name = withId.exec(found.rest)?.[1]
  return name === undefined ? '' : `${prefix}/${name}/{id}`
}
