import type { Action, Effect } from './effect.ts'
import { pathReadings } from './path-readings.ts'
import { stripControls } from './strip-controls.ts'
import { effectWithPath } from './text-effect.ts'

/** The effect of a filesystem action: without a path, or with one that climbs, it says so. */
export function filesystemEffect(action: Action): Effect {
  const path = action.path ?? ''
  const readings = pathReadings(path)
  const effect = effectWithPath(action, readings)
  if (stripControls(path) === '') return { ...effect, unknown: 'the action names no path' }
  return readings.traversal === undefined ? effect : { ...effect, traversal: readings.traversal }
}
