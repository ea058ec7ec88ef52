import { hostName, isLoopback } from '../host-names.ts'

export interface HostRules {
  /** Whether the server answers everybody. It is asked for each request. */
  readonly isOpen: () => boolean
  /** The names that the operator allows. With none, a server that is not open answers for all. */
  readonly allowedHosts?: readonly string[]
  /** Where browsers reach the server. */
  readonly baseUrl?: string | undefined
}

/**
 * Creates what tells whether requests for a host of this name are answered. A page whose name was made to mean
 * our address (DNS rebinding) is a page of our host as far as a browser can tell; only its name shows that it
 * is not. This machine and the base URL are always allowed.
 */
export function createHostFilter({
  isOpen,
  allowedHosts = [],
  baseUrl
}: HostRules): (name: string) => boolean {
  const own = baseUrl && URL.canParse(baseUrl) ? [new URL(baseUrl).host] : []
  const allowed = new Set(
    [...allowedHosts, ...own].map((host) => canonical(hostName(host) ?? host))
  )
  return (name) => {
    if (allowedHosts.length === 0 && !isOpen()) return true
    return isLoopback(name) || allowed.has(canonical(name))
  }
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
