import { expect, test } from 'vitest'
import { createJsonLog } from '../src/json-log.ts'

test('a line is one JSON object with its level, and forges no other', () => {
  const lines: string[] = []
  const log = createJsonLog(
    (line) => lines.push(line),
    () => new Date(0)
  )
  log('Loaded policy: x (1 rules across 1 scopes)')
  log('WARNING: look\n{"level":"error"}')
  log('ERROR: \u001b[31mred', () => ({ path: '/\n', status: 404 }))
  expect(lines.map((line) => line.split('\n').length)).toEqual([2, 2, 2])
  const time = '1970-01-01T00:00:00.000Z'
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'info', time, pid: process.pid, msg: 'Loaded policy: x (1 rules across 1 scopes)' },
    { level: 'warn', time, pid: process.pid, msg: 'look\n{"level":"error"}' },
    { level: 'error', time, pid: process.pid, path: '/\n', status: 404, msg: '\u001b[31mred' }
  ])
  expect(lines.join('')).not.toContain('\u001b')
})
