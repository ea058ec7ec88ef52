import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ExpandedWord, textPiece, wordOf } from '../../src/effects/shell/pieces.ts'
import { spellCommand } from '../../src/effects/shell/spell-command.ts'

const nowhere = { start: 0, end: 0 }

function plain(...texts: readonly string[]): ExpandedWord[] {
  return texts.map((text) => wordOf([textPiece(text, false)], text, nowhere))
}

/** The same words, written so that no shortcut is taken: with a line continuation at the end. */
function continued(words: readonly ExpandedWord[]): ExpandedWord[] {
  return words.map((word) => ({ ...word, written: `${word.written}\\\n` }))
}

test('a plain command is spelled as any other', () => {
  const anyWord = fc.oneof(
    fc.constantFrom('ls', '/usr/bin/rm', './run.sh', 'x/', '[', '-rf'),
    fc.stringMatching(/^[A-Za-z0-9_@%+=:,./-]{1,8}$/)
  )
  fc.assert(
    fc.property(fc.array(anyWord, { maxLength: 4 }), (texts) => {
      const words = plain(...texts)
      expect(spellCommand(words, false)).toEqual(spellCommand(continued(words), false))
    })
  )
})

test('a command to which arguments are added is not a plain one', () => {
  const { command, gapped } = spellCommand(plain('rm', '-f'), true)
  expect(command.any?.[0]?.padded).not.toBe(command.any?.[0]?.text)
  expect(gapped).toEqual([['rm -f ', '']])
})
