import { lowerCase } from '../lower-case.ts'
import { type Action, type Effect, type Spellings, spelled } from './effect.ts'
import { type PathReadings, pathReadings } from './path-readings.ts'
import { stripControls } from './strip-controls.ts'

/** The effect of an action in a scope that has no file of its own: the action as written. */
export function textEffect(action: Action): Effect {
  return effectWithPath(action, pathReadings(action.path ?? ''))
}

/** The effect of an action as written, with a path that has been read already. */
export function effectWithPath(action: Action, { spellings, isTooDeep }: PathReadings): Effect {
  return {
    scope: action.scope,
    action: stripControls(action.action ?? ''),
    command: withoutControls(action.command ?? ''),
    path: spellings,
    domain: withoutControls(lowerCase(action.domain ?? '')),
    ...(isTooDeep ? { unknown: 'the path is percent-encoded too often' } : {})
  }
}

/** Control characters may be dropped by who runs a text, or not: both readings count. */
function withoutControls(text: string): Spellings {
  const stripped = stripControls(text)
  if (stripped === text) return spelled(text)
  return { all: stripped === '' ? [text] : [stripped, text], wide: [] }
}
