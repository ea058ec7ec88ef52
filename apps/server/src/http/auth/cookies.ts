/** The names of our cookies. */
export interface CookieNames {
  readonly session: string
  readonly csrf: string
}

const plain: CookieNames = { session: 'ag_session', csrf: 'ag_csrf' }
const secure: CookieNames = { session: '__Host-ag_session', csrf: '__Host-ag_csrf' }

/**
 * The names of our cookies. Behind TLS they have the prefix with which browsers keep a cookie from every other
 * host, of the same site too; the names without it are then not accepted.
 */
export function cookieNames(isTls: boolean): CookieNames {
  return isTls ? secure : plain
}

/**
 * The value of a cookie; undefined if there is none, and if there are two: of two nobody knows which one the
 * browser got from us.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let value: string | undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue
    if (value !== undefined) return undefined
    value = pair.slice(equals + 1).trim()
  }
  return value
}

export interface SessionCookies {
  readonly token: string
  readonly csrfToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The `Set-Cookie` headers of a session. Pages read the second one, and cannot read the first. */
export function sessionCookies(
  { token, csrfToken, expiresAt }: SessionCookies,
  isTls: boolean
): readonly string[] {
  const { session, csrf } = cookieNames(isTls)
  const expires = new Date(expiresAt).toUTCString()
  const isSecure = isTls ? '; Secure' : ''
  return [
    `${session}=${token}; Path=/; Expires=${expires}; HttpOnly${isSecure}; SameSite=Strict`,
    `${csrf}=${csrfToken}; Path=/; Expires=${expires}${isSecure}; SameSite=Strict`
  ]
}

/** The `Set-Cookie` headers that make a browser forget a session. */
export function clearingCookies(isTls: boolean): readonly string[] {
  const { session, csrf } = cookieNames(isTls)
  // A browser takes a cookie with the prefix, even an empty one, only if it is secure.
  const isSecure = isTls ? '; Secure' : ''
  return [session, csrf].map(
    (name) => `${name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0${isSecure}`
  )
}
