import { hostName, isLoopback } from '../host-names.ts'
import type { AuthRequest } from './auth.ts'

export interface OwnOrigins {
  /** The one other origin whose pages may use the server. @defaultValue the pages of this machine */
  readonly allowedOrigin?: string | undefined
  /** Where browsers reach the server. */
  readonly baseUrl?: string | undefined
}

/** Whether a request was made by a web page of somebody else. */
export type IsForeignPage = (request: AuthRequest) => boolean

/**
 * Creates what tells whether a request was made by a web page of somebody else: a browser says where the page
 * is from with whatever can change something. What says nothing is no browser.
 *
 * Ours are pages of the host that the request is for, of the base URL, and those that may read our answers
 * (see `corsHeaders`).
 */
export function createIsForeignPage({ allowedOrigin, baseUrl }: OwnOrigins): IsForeignPage {
  const own = new Set([allowedOrigin, originOf(baseUrl)].filter((one) => one !== undefined))
  return ({ header }) => {
    const origin = header('origin')
    const site = header('sec-fetch-site')
    // The browser's own word, which also holds where a proxy has changed the host.
    if (site === 'same-origin') return false
    if (origin === undefined) return site === 'cross-site'
    if (own.has(origin)) return false
    const host = hostOf(origin)
    if (host === undefined) return true
    if (host === header('host')?.toLowerCase()) return false
    return allowedOrigin !== undefined || !isLoopback(hostName(host) ?? '')
  }
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined
}

/** The host and the port of an origin; undefined if it is none, such as `null`. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/?#@\\\s]+)$/i.exec(origin)?.[1]?.toLowerCase()
}
