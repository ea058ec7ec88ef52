import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goQuote, printable } from '../src/printable.ts'

describe('a printable text', () => {
  test.each([
    ['a line break', 'a\nb', 'a\\nb'],
    ['an escape sequence', '\u001b[31m', '\\x1b[31m'],
    ['a character that turns the direction', '\u202e', '\\u202e'],
    ['a hidden character outside the first plane', '\u{e0001}', '\\U000e0001'],
    ['half a surrogate pair', '\ud83d', '\ufffd'],
    ['letters of any script', 'é漢😀', 'é漢😀'],
    ['a backslash', '\\', '\\']
  ])('of %s', (_, text, wanted) => expect(printable(text)).toBe(wanted))

  test('is one line without control characters, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u)
      })
    )
  })
})

test('a quoted text escapes quotes and backslashes besides', () => {
  expect(goQuote('say "hi"\\\t')).toBe('"say \\"hi\\"\\\\\\t"')
})
