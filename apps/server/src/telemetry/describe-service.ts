import { hostname } from 'node:os'

/** What tells of itself, as attributes of a resource. */
export type ServiceAttributes = Record<string, string>

/**
 * Describes the service: its name, its host, and what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`
 * say. The detectors of the SDK are not asked: what they are called and where they are to be had differs
 * from version to version, and one of them tells the command line, which may hold an API key.
 *
 * Throws a `SyntaxError` for attributes that cannot be read.
 */
export function describeService(
  env: Readonly<Record<string, string | undefined>>,
  host: string = hostname()
): ServiceAttributes {
  const name = env['OTEL_SERVICE_NAME']
  return {
    'service.name': 'agentguard',
    'host.name': host,
    ...readAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
    ...(name ? { 'service.name': name } : {})
  }
}

/** Reads `key=value` with commas between, values percent-encoded: the format of W3C Baggage. */
function readAttributes(text: string): ServiceAttributes {
  const attributes: ServiceAttributes = {}
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const at = pair.indexOf('=')
    const key = pair.slice(0, at).trim()
    if (at === -1 || key === '') throw unreadable(pair)
    try {
      attributes[key] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      throw unreadable(pair)
    }
  }
  return attributes
}

function unreadable(pair: string): SyntaxError {
  return new SyntaxError(
    `OTEL_RESOURCE_ATTRIBUTES: \`${pair.trim()}\` is not key=value, percent-encoded`
  )
}
