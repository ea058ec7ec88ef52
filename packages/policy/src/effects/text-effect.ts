import { lowerCase } from '../lower-case.ts'
import { type Action, absent, type Effect, type Spellings, spelled } from './effect.ts'
import { type PathReadings, pathReadings } from './path-readings.ts'
import { hasControls, stripControls } from './strip-controls.ts'

/** Twice as long as any host with its port is. */
const maxDomainLength = 512

/** A longer text with control characters is not read in two ways. */
const maxControlsLength = 262_144

/** The effect of an action in a scope that has no file of its own: the action as written. */
export function textEffect(action: Action): Effect {
  return effectWithPath(action, pathReadings(action.path ?? ''))
}

/** The effect of an action as written, with a path that has been read already. */
export function effectWithPath(action: Action, readings: PathReadings): Effect {
  const { command = '', domain = '' } = action
  const isTooLarge =
    readings.isTooLong ||
    domain.length > maxDomainLength ||
    (command.length > maxControlsLength && hasControls(command))
  const effect: Effect = {
    scope: action.scope,
    action: withoutControls(action.action ?? ''),
    command: isTooLarge ? absent : withoutControls(command),
    path: readings.spellings,
    domain: isTooLarge || domain === '' ? absent : withoutControls(lowerCase(domain))
  }
  if (isTooLarge) return { ...effect, isTooLarge }
  return readings.unknown === undefined ? effect : { ...effect, unknown: readings.unknown }
}

/** Control characters may be dropped by who runs a text, or not: both readings count. */
function withoutControls(text: string): Spellings {
  if (text === '') return absent
  const stripped = stripControls(text)
  if (stripped === text) return spelled(text)
  // Nothing but control characters is no text that could be allowed.
  return stripped === '' ? { all: [], wide: [text] } : { all: [stripped, text], wide: [] }
}
