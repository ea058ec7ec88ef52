import type { IncomingMessage } from 'node:http'
import { type Answer, textAnswer } from './answer.ts'
import { cleanTarget } from './clean-target.ts'
import { batchDenialAnswer, denialAnswer } from './denial-answer.ts'
import { hostName } from './host-names.ts'
import { pathOf, routePath } from './route-path.ts'

/** Whether requests for a host of this name are answered. */
export type HostFilter = (name: string) => boolean

/**
 * What is to be said about a request before anybody looks at its path: that it can be read in two ways,
 * that it is meant for another host, that its path needs cleaning. Undefined if it is fine.
 */
export function refuseRequest(
  request: IncomingMessage,
  isOurHost: HostFilter | undefined
): Answer | undefined {
  const { url = '', rawHeaders } = request
  if (url.charCodeAt(0) !== slash) return textAnswer(400, 'The request target must be a path')
  if (countHosts(rawHeaders) > 1) return textAnswer(400, 'More than one Host header')
  // A browser always says which host it means; what says nothing is no page of another site.
  const { host } = request.headers
  const isAsked = isOurHost && host !== undefined && !probes.has(url)
  if (isAsked && !isOurHost(hostName(host) ?? '')) {
    return strange[restOf(request)] ?? strangeHost
  }
  // A browser follows no redirect when it asks whether it may.
  const cleaned = request.method === 'OPTIONS' ? undefined : cleanTarget(url)
  return cleaned === undefined
    ? undefined
    : { status: 307, headers: { Location: cleaned }, body: '' }
}

const slash = 0x2f

/** Who looks after servers asks by their addresses. What is answered is of no use to a page. */
const probes: ReadonlySet<string> = new Set(['/livez', '/readyz'])

/** What is said where a request is for another host. */
export const foreignHost =
  'This server does not answer for the host that the request names, so that no web page can reach it under another name (DNS rebinding). Without an API key it answers for localhost, and with --allowed-host for the names given there'
const strangeHost = textAnswer(403, foreignHost)
/** Who asks for verdicts gets them. */
const strange: Readonly<Record<string, Answer>> = {
  '/check': denialAnswer('deny:server:host', foreignHost),
  '/check/batch': batchDenialAnswer('deny:server:host', foreignHost)
}

/** What is asked for, of whatever tenant, if something is. */
function restOf({ method, url = '' }: IncomingMessage): string {
  return (method === 'POST' && routePath(pathOf(url))?.rest) || ''
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}
