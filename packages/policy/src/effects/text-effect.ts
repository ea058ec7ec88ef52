import { lowerCase } from '../lower-case.ts'
import { type Action, absent, type Effect, type Spellings, spelled } from './effect.ts'
import { type PathReadings, pathReadings } from './path-readings.ts'
import { hasControls, stripControls } from './strip-controls.ts'

/** The effect of an action in a scope that has no file of its own: the action as written. */
export function textEffect(action: Action): Effect {
  return effectWithPath(action, pathReadings(action.path ?? ''))
}

/** The effect of an action as written, with a path that has been read already. */
export function effectWithPath(action: Action, readings: PathReadings): Effect {
  const effect: Effect = {
    scope: action.scope,
    action: withoutControls(action.action ?? ''),
    command: withoutControls(action.command ?? ''),
    path: readings.spellings,
    domain: action.domain ? domainSpellings(action.domain) : absent
  }
  const unknown = readings.unknown ?? unreadableCommand(action.command ?? '')
  return unknown === undefined ? effect : { ...effect, unknown }
}

/** Twice as long as any host with its port is, and a bound on what lower-casing costs. */
const maxDomainLength = 512

function domainSpellings(domain: string): Spellings {
  // No allow rule can mean such a host; its beginning is enough for the others.
  if (domain.length > maxDomainLength) {
    return { all: [], wide: [lowerCase(domain.slice(0, maxDomainLength))] }
  }
  return withoutControls(lowerCase(domain))
}

/** Above this length a text is read in one way only. */
const maxReadingsLength = 65_536

/** Why a command is not read in every way, if that is so. */
function unreadableCommand(command: string): string | undefined {
  const isLong = command.length > maxReadingsLength
  return isLong && hasControls(command)
    ? 'the command has control characters and is too long to be read with and without them'
    : undefined
}

/** Control characters may be dropped by who runs a text, or not: both readings count. */
function withoutControls(text: string): Spellings {
  if (text.length > maxReadingsLength) return spelled(text)
  if (text === '') return absent
  const stripped = stripControls(text)
  if (stripped === text) return spelled(text)
  // Nothing but control characters is no text that could be allowed.
  return stripped === '' ? { all: [], wide: [text] } : { all: [stripped, text], wide: [] }
}
