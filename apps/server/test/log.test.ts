import { goQuote } from '@agentguard/protocol/printable'
import { expect, test } from 'vitest'
import { createLog } from '../src/log.ts'

test('a line has the local time in front, and stays one line', () => {
  const lines: string[] = []
  const log = createLog(
    (line) => void lines.push(line),
    () => new Date(2026, 0, 2, 3, 4, 5)
  )
  log('a\r\nb\t\u001b[31m\u0085\u2028\u202e\ud800é 😀')
  expect(lines).toEqual([
    '2026/01/02 03:04:05 a\\r\\nb\\t\\x1b[31m\\u0085\\u2028\\u202e\ufffdé 😀\n'
  ])
})

test('a quoted text is quoted as Go does it', () => {
  expect(goQuote('a "b" \\ \n \u0007 \u007f é \u00a0')).toBe(
    '"a \\"b\\" \\\\ \\n \\a \\x7f é \\u00a0"'
  )
})
