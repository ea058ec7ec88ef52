import { redactionRules } from '../src/index.ts'

/** Units that are repeated to make texts against each of the scanners. */
const units: readonly string[] = [
  'a',
  ' ',
  '=',
  ':',
  '"',
  "'",
  '\\',
  '\\"',
  '-',
  ' -',
  '--token ',
  '--token "',
  '--token $(',
  'token:',
  'token=',
  'token =',
  'token: a ',
  'token:.',
  'token"',
  'token":',
  '"token":{',
  '"token":["',
  'token==',
  'token>',
  'x:token>',
  '<token>',
  '<a:token>',
  'authorization:',
  'authorization: ',
  'authorization: a, ',
  '"authorization:<',
  "\\'authorization:<",
  'cookie: a=b; ',
  'cookie: ',
  '"X-Token: ',
  '://',
  '://a:',
  '://a:b@',
  'bearer ',
  'bearer%20',
  'basic%20',
  'basic ',
  'eyJ',
  'eyJ.',
  'eyJaaaaaaaa.',
  'eyJaaaaaaaa.aaaaaaaa',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----aaaa\n',
  '-----BEGIN A PRIVATE KEY----- "',
  'curl -u',
  'curl -u ',
  '(-u',
  'mysql -p',
  '[REDACTED',
  '[REDACTED]',
  'token=[REDACTED]]',
  'password          ',
  '{"a":',
  '["'
]

const starts = redactionRules.flatMap(({ form }) => [...form.starts])

/** Pairs of a beginning and a repeated unit: what opens something that is never closed. */
const openings = [
  'password="',
  'curl ',
  '-----BEGIN PRIVATE KEY-----',
  'eyJ',
  '{"token":',
  '"authorization: '
]
const endings = ['', ')', '"', '}']

export interface HostileText {
  readonly name: string
  readonly make: (length: number) => string
}

function text(opening: string, unit: string, ending: string): HostileText {
  return {
    name: JSON.stringify(`${opening}${unit}…${ending}`),
    make(length) {
      const repeated = ending === '' ? length : length / 2
      return opening + unit.repeat(repeated / unit.length) + ending.repeat(length - repeated)
    }
  }
}

/** Texts that would be slow for scanners that read anything twice. */
export const hostileTexts: readonly HostileText[] = [
  ...[...units, ...starts].flatMap((unit) => endings.map((ending) => text('', unit, ending))),
  ...openings.flatMap((opening) => units.map((unit) => text(opening, unit, '')))
]
