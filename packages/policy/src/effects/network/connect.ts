import type { HostClass } from '../../document.ts'
import { classesOf } from '../../host-class.ts'
import { absent, type Effect, type Endpoint, type Spellings, spelled } from '../effect.ts'
import { hostSpellings } from './host-spellings.ts'
import { readDomain } from './read-domain.ts'
import type { Destination } from './read-url.ts'

/** Schemes that an allowance of a host is meant for. Others need a rule that names them. */
export const webSchemes: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss'])

/** Schemes that programs use because of what they are: their rules speak of the host. */
export const programSchemes: ReadonlySet<string> = new Set([
  ...webSchemes,
  ...['ssh', 'git', 'git+ssh', 'ssh+git', 'git+https', 'git+http', 'svn', 'svn+ssh'],
  ...['ftp', 'ftps', 'sftp', 'scp', 'rsync', 'smb']
])

/** A connection that is a part of something else. The method is the action, else `connect`. */
export function derivedConnect(method: string | undefined): Effect {
  return {
    scope: 'network',
    action: spelled(method ?? 'connect'),
    command: absent,
    path: absent,
    domain: absent,
    derived: 'certain'
  }
}

/** The effects of connecting to a host as a part of something else. */
export function hostConnects(host: string): readonly Effect[] {
  return readDomain(host).map((to) => connectTo(to, derivedConnect(undefined), programSchemes))
}

/** The effect of going to a destination; allowances are meant for the given schemes. */
export function connectTo(to: Destination, base: Effect, schemes: ReadonlySet<string>): Effect {
  const classes = to.host === undefined ? undefined : classesOf(to.host)
  const domain =
    to.host === undefined || classes === undefined
      ? hostless(to)
      : hostSpellings(to.host, classes, to.written)
  const effect = { ...base, domain, endpoint: endpointOf(to, classes, schemes) }
  return to.unknown === undefined ? effect : { ...effect, unknown: to.unknown }
}

/** A URL without a host, such as `data:`, can be allowed by its scheme; no other text can. */
function hostless({ scheme, unknown, written }: Destination): Spellings {
  return { all: scheme !== undefined && unknown === undefined ? [''] : [], wide: written }
}

function endpointOf(
  { scheme, port }: Destination,
  classes: readonly HostClass[] | undefined,
  schemes: ReadonlySet<string>
): Endpoint {
  const mustName: ('host' | 'scheme')[] = []
  if (classes?.includes('link_local') || classes?.includes('metadata')) mustName.push('host')
  if (scheme !== undefined && !schemes.has(scheme)) mustName.push('scheme')
  return {
    classes,
    ...(scheme === undefined ? {} : { scheme }),
    ...(port === undefined ? {} : { port }),
    ...(mustName.length === 0 ? {} : { mustName })
  }
}
