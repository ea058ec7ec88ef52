import type { Action, Effect } from './effect.ts'
import { pathReadings } from './path-readings.ts'
import { stripControls } from './strip-controls.ts'
import { textEffect } from './text-effect.ts'

/** The effect of a filesystem action: without a path, or with one that climbs, it says so. */
export function filesystemEffect(action: Action): Effect {
  const effect = textEffect(action)
  const path = action.path ?? ''
  if (stripControls(path) === '') return { ...effect, unknown: 'the action names no path' }
  const { traversal } = pathReadings(path)
  return traversal === undefined ? effect : { ...effect, traversal }
}
