import { expect, test } from 'vitest'
import { splitLines } from '../../src/check/split-lines.ts'

async function split(chunks: readonly string[], maxBytes = 10): Promise<string[]> {
  const bytes = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  })()
  const lines: string[] = []
  for await (const line of splitLines(bytes, maxBytes)) {
    lines.push(line === 'too_long' ? '<too long>' : Buffer.from(line).toString())
  }
  return lines
}

const cases: [chunks: string[], lines: string[]][] = [
  [[], []],
  [['a\nb\n'], ['a', 'b']],
  [['a\n\nb'], ['a', '', 'b']],
  [
    ['a', 'b\nc', '\n', 'd'],
    ['ab', 'c', 'd']
  ],
  [['0123456789\n'], ['0123456789']],
  [['01234', '56789', '0'], ['<too long>']],
  [['a\n0123456789x\nb\n'], ['a', '<too long>']]
]

test.each(cases)('%j is split into %j', async (chunks, lines) => {
  expect(await split(chunks)).toEqual(lines)
})
