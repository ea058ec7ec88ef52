import { cleanPath } from '../clean-path.ts'
import type { EffectContext } from './context.ts'
import { type Action, absent, type Effect, type Spellings, spelled } from './effect.ts'
import { foldPath } from './fold-path.ts'
import { hostConnects } from './network/connect.ts'
import { namesOf, type PathReadings, pathReadings } from './path-readings.ts'
import { holdsOwnFile, isOwnFile, isProtected } from './protected-places.ts'
import { stripControls } from './strip-controls.ts'
import { effectWithPath } from './text-effect.ts'
import { textsBelow } from './texts-below.ts'

/**
 * The effects of a filesystem action: on the path, on the file that it really is where links can be
 * followed, and on another machine where it leads to one. Without a path, or with one that climbs, the
 * first says so.
 */
export function filesystemEffects(action: Action, context: EffectContext): readonly Effect[] {
  const path = action.path ?? ''
  const readings = pathReadings(path, context)
  const effect = effectWithPath(action, readings)
  if (stripControls(path) === '') return [{ ...effect, unknown: 'the action names no path' }]
  const judged = withProtection(withDoubts(effect, readings, action), context)
  const effects = withFurther(judged, readings, context)
  return removesWhole.test(action.action ?? '')
    ? effects.map((one) => withBelow(one, context))
    : effects
}

/** What happens to a directory with all that is in it. */
const removesWhole = /^(?:delete|remove|rmdir|move|rename)$/i

/** A path may be a directory, and what is below it goes with it. */
function withBelow(effect: Effect, context: EffectContext): Effect {
  if (effect.scope !== 'filesystem') return effect
  const gapped = textsBelow(effect.path, context, 'elsewhere').map((root) => [root])
  return { ...effect, tree: 'named', gapped }
}

/** Whoever opens a path that is given to it by itself may take it for a pattern; a shell has done so. */
const mayBePattern = /[*?]/

function withDoubts(effect: Effect, readings: PathReadings, { derived }: Action): Effect {
  const { traversal, spellings } = readings
  const isPattern = spellings.all.some((text) => mayBePattern.test(text))
  if (derived == null && traversal === undefined && !isPattern) return effect
  const unknown = effect.unknown ?? (isPattern ? 'the path may be a pattern' : undefined)
  return {
    ...effect,
    ...(unknown === undefined ? {} : { unknown }),
    ...(traversal === undefined ? {} : { traversal }),
    ...(derived == null ? {} : { derived })
  }
}

/** What a process has open already: not a file that anybody could mean to protect. */
const ownOutputs: ReadonlySet<string> = new Set(
  ['null', 'stdout', 'stderr', 'fd/1', 'fd/2'].map((name) => `/dev/${name}`)
)

/** Files of which bash makes a connection when it redirects to or from them. */
const socket = /^\/dev\/(?:tcp|udp)\/([^/]+)\/([^/]+)$/

/**
 * The effects of reading, writing or deleting a file, as a part of something else. `/dev/null` and the
 * process's own outputs have none.
 *
 * A path that climbs out of a working directory that is not known is unknown; the guard against `..` is
 * for actions on files alone.
 */
export function fileEffects(
  verb: 'read' | 'write' | 'delete',
  path: string,
  context: EffectContext
): readonly Effect[] {
  const isOpen = ownOutputs.has(path) || (verb === 'read' && path === '/dev/stdin')
  if (isOpen && verb !== 'delete') return []
  const [, host, port] = socket.exec(cleanPath(path)) ?? []
  if (host !== undefined) return hostConnects(`${host}:${port}`)
  const readings = pathReadings(path, context)
  const effect: Effect = {
    scope: 'filesystem',
    action: spelled(verb),
    command: absent,
    path: readings.spellings,
    domain: absent,
    derived: 'certain',
    ...(readings.isTooLong ? { isTooLarge: true } : {})
  }
  const climbs = readings.traversal !== undefined && context.cwd === undefined
  const unknown =
    path === ''
      ? 'the file is not known'
      : (readings.unknown ?? (climbs ? 'the path climbs out of an unknown directory' : undefined))
  const judged = unknown === undefined ? effect : { ...effect, unknown }
  return withFurther(withProtection(judged, context), readings, context)
}

function withFurther(
  effect: Effect,
  readings: PathReadings,
  context: EffectContext
): readonly Effect[] {
  if (!context.resolve && readings.hosts.length === 0) return [effect]
  const connects = readings.hosts.flatMap(hostConnects)
  const real = context.resolve ? realPaths(readings, context) : []
  if (real === undefined) {
    return [{ ...effect, unknown: effect.unknown ?? 'the real path cannot be known' }, ...connects]
  }
  const { all } = effect.path
  const others = real.filter((path) => !all.includes(path))
  const paths = others.map((path) => onRealPath(effect, path, context))
  return [effect, ...paths, ...connects]
}

function onRealPath(effect: Effect, real: string, context: EffectContext): Effect {
  const path = realSpellings(real, context)
  return withProtection({ ...effect, path }, context)
}

/** Marks what changes our own files, and what is derived and writes to a protected place. */
function withProtection(effect: Effect, context: EffectContext): Effect {
  if (effect.action.all.includes('read')) return effect
  const removes = effect.action.all.includes('delete') && holdsOwnFile(effect.path, context)
  const isOwn = removes || isOwnFile(effect.path, context)
  const marked = isOwn ? { ...effect, isOwn } : effect
  if (effect.derived === undefined) return marked
  return isProtected(effect.path, context) ? { ...marked, isProtected: true } : marked
}

/** Undefined where one of them cannot be known. */
function realPaths(readings: PathReadings, context: EffectContext): readonly string[] | undefined {
  const paths = new Set<string>()
  for (const path of readings.opened ?? [undefined]) {
    const real = path === undefined ? undefined : resolved(path, context)
    if (real === undefined) return undefined
    paths.add(real)
  }
  return [...paths]
}

/** A resolver that throws says that it does not know. */
function resolved(path: string, { resolve }: EffectContext): string | undefined {
  try {
    const real = resolve?.(path)
    return typeof real === 'string' && real.startsWith('/') ? cleanPath(real) : undefined
  } catch {
    return undefined
  }
}

function realSpellings(path: string, context: EffectContext): Spellings {
  const names = namesOf(path, context)
  const wide = [...new Set([path, ...names].map(foldPath))].filter(
    (text) => text !== path && !names.includes(text)
  )
  return { all: [path], wide, ...(names.length > 0 ? { names: [names] } : {}) }
}
