import { type Finding, fail, ok, warn } from './finding.ts'

/** How an API key was given. */
export interface GivenKey {
  readonly key: string | undefined
  /** Whether it stood on the command line, where others can see it. */
  readonly isOnLine: boolean
}

/** A key that is shorter can be guessed. */
const shortest = 16
const recommended = 32

/** Keys of examples and of habit, in small letters. */
const wellKnown = new Set([
  'admin',
  'agentguard',
  'api-key',
  'apikey',
  'changeme',
  'change-me',
  'default',
  'dev',
  'example',
  'key',
  'my-api-key',
  'my-secret-key',
  'password',
  'secret',
  'test',
  'test-key',
  'your-api-key',
  'your-api-key-here',
  'your-secret-key'
])

const makeOne = 'Make one with: openssl rand -hex 32. Then set AGENTGUARD_API_KEY to it.'

/** Looks at the API key, without showing it. */
export function checkKey({ key, isOnLine }: GivenKey): Finding[] {
  if (key === undefined || key === '') {
    return [
      warn(
        'key_missing',
        'no API key is set: the server listens on this machine only, and whoever is on it may approve',
        makeOne
      )
    ]
  }
  const found = [findWeakness(key) ?? ok('key', `an API key of ${key.length} characters is set`)]
  if (isOnLine) {
    found.push(
      warn(
        'key_on_command_line',
        'the API key is on the command line, where other users of the machine can read it',
        'Use AGENTGUARD_API_KEY.'
      )
    )
  }
  return found
}

/** What is wrong with an API key, if something is. Never says the key. */
export function findWeakness(key: string): Finding | undefined {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return fail(
      'key_unusable',
      'the API key has a space or a character that no HTTP header can carry',
      `Look for a line break or quotes around it. ${makeOne}`
    )
  }
  if (wellKnown.has(key.toLowerCase())) {
    return fail('key_well_known', 'the API key is one that everybody tries first', makeOne)
  }
  if (key.length < shortest || new Set(key).size < 6) {
    return fail('key_short', `the API key can be guessed: it has ${key.length} characters`, makeOne)
  }
  if (key.length >= recommended) return undefined
  return warn('key_short', `the API key has only ${key.length} characters`, makeOne)
}
