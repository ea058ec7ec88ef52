import fc from 'fast-check'
import { redactionRules } from '../src/index.ts'

const pieces = [
  ...redactionRules.flatMap(({ form }) => form.starts),
  ...redactionRules
    .flatMap(({ matches, nonMatches }) => [...matches, ...nonMatches])
    .map((text) => text.replace(/[«»]/g, '')),
  'password',
  'token',
  'pass',
  'authorization',
  'cookie',
  'X-Api-Key',
  'Bearer ',
  'Basic ',
  '--token ',
  ' -p',
  ' -u ',
  '=',
  ':',
  ': ',
  '==',
  '=>',
  '"',
  "'",
  '\\"',
  '\\\\\\"',
  '\\',
  '\\n',
  '\n',
  ' ',
  '\t',
  ',',
  ';',
  '&',
  '|',
  '<',
  '>',
  '</',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '@',
  '/',
  '#',
  '%22',
  '$',
  '$(',
  '`',
  '.',
  '-',
  '_',
  'x',
  '1',
  'é',
  '\u2028',
  '[REDACTED]',
  '[REDACTED:0a1b2c3d]',
  'null',
  '12345678',
  'a'.repeat(40),
  'A1'.repeat(20)
]

/** Texts made of what the rules look at, in any order. */
export const anyFragments: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 4 })),
    {
      maxLength: 14
    }
  )
  .map((parts) => parts.join(''))
