/** What a path of the API says: whose, and which route, such as `/check` or `/approve/ap_1`. */
export interface RoutePath {
  readonly tenant: string
  /** As written: percent-encoded, beginning with `/`. */
  readonly rest: string
}

const root = '/v1/'
const tenants = '/v1/t/'

/** Takes a path of the API apart: `/v1/t/acme/check`, or `/v1/check` for `local`. Undefined for others. */
export function routePath(path: string): RoutePath | undefined {
  if (!path.startsWith(root)) return undefined
  if (!path.startsWith(tenants)) return { tenant: 'local', rest: path.slice(root.length - 1) }
  const slash = path.indexOf('/', tenants.length)
  if (slash <= tenants.length) return undefined
  const tenant = decodeSegment(path.slice(tenants.length, slash))
  return tenant === undefined ? undefined : { tenant, rest: path.slice(slash) }
}

/** The text that a part of a path stands for; undefined if its escapes are none. */
export function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

/** The path of a URL as it was written. */
export function pathOfUrl(url: string): string {
  return pathOf(url.slice(url.indexOf('/', url.indexOf('//') + 2)))
}
