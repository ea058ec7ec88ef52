import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyChain, prepareLine, type SealedLine, sealLine } from '../../src/chain/chain.ts'
import { hashOfLine, type LogLine, redactLine } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'

const salt = '00112233445566778899aabbccddeeff'

function seal(line: LogLine): SealedLine {
  return sealLine(emptyChain, prepareLine(line, salt))
}

function lineOf(line: LogLine): LogLine {
  return JSON.parse(seal(line).text)
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** The commitment to the value of the n-th field, by the words of docs/audit-log.md. */
function commitment(n: number, value: unknown): string {
  const digits = createHash('sha512').update(`${salt}0`).digest('hex')
  return sha256(digits.slice(32 * n, 32 * n + 32) + JSON.stringify(value))
}

describe('a sealed line', () => {
  test('has the hash that the documentation says', () => {
    const entry = {
      timestamp: '2026-11-22T07:02:56Z',
      session_id: '',
      agent_id: 'agent-1',
      request: { scope: 'shell', command: 'ls', meta: { 'a/b': 'x' } },
      result: { decision: 'ALLOW' as const, reason: '' },
      duration_ms: 0
    }
    const { text, hash } = seal(entry)
    const canonical =
      '{"commitments":{' +
      `"/agent_id":"${commitment(0, 'agent-1')}",` +
      `"/request/command":"${commitment(1, 'ls')}",` +
      `"/request/meta/a~1b":"${commitment(2, 'x')}"},` +
      `"duration_ms":0,"prev":"${'0'.repeat(64)}",` +
      '"request":{"meta":{},"scope":"shell"},"result":{"decision":"ALLOW","reason":""},' +
      '"seq":0,"session_id":"","timestamp":"2026-11-22T07:02:56Z"}'
    expect(hash).toBe(sha256(`\0${canonical}`))
    expect(text).toBe(
      `${JSON.stringify(entry).slice(0, -1)},"seq":0,"prev":"${'0'.repeat(64)}","salt":"${salt}","hash":"${hash}"}`
    )
  })

  test('starts with what readers of the older format skip, when it is an event', () => {
    const line = { _meta: { created_at: '2026-11-22T07:02:56Z', event: 'x', detail: { a: [1] } } }
    const { text, hash } = seal(line)
    const canonical =
      `{"_meta":{"created_at":"2026-11-22T07:02:56Z","detail":{},"event":"x"},` +
      `"commitments":{"/_meta/detail/a":"${commitment(0, [1])}"},` +
      `"prev":"${'0'.repeat(64)}","seq":0}`
    expect(hash).toBe(sha256(`\0${canonical}`))
    expect(text.startsWith('{"_meta":{')).toBe(true)
  })

  test('keeps its hash when any of its fields are redacted, in any order, and shows nothing of them', () => {
    const line = lineOf({ ...entryOf(3), caller: 'key-7' })
    const fields = [
      '/agent_id',
      '/session_id',
      '/caller',
      '/request/agent_id',
      '/request/session_id',
      '/request/command',
      '/request/meta/transport',
      '/request/meta/tool',
      '/result/reason'
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(fields, { minLength: 1 }), fc.nat(8), (chosen, cut) => {
        const first = chosen.slice(0, Math.max(1, cut))
        const redacted = redactLine(redactLine(line, first), chosen)
        const text = JSON.stringify(redacted)
        expect(hashOfLine(JSON.parse(text))).toBe(line.hash)
        expect(text).not.toContain(salt)
        expect(Object.keys(redacted.redacted ?? {}).sort()).toEqual([...chosen].sort())
        if (chosen.includes('/request/command')) expect(text).not.toContain('project-3')
      })
    )
  })

  test('has another hash when anything in it is another', () => {
    const line = lineOf(entryOf(3))
    const changes: ((line: Record<string, object>) => unknown)[] = [
      (l) => ({ ...l, duration_ms: 1 }),
      (l) => ({ ...l, seq: 1 }),
      (l) => ({ ...l, prev: 'f'.repeat(64) }),
      (l) => ({ ...l, salt: 'f'.repeat(32) }),
      (l) => ({ ...l, agent_id: 'other' }),
      (l) => ({ ...l, agent_id: '' }),
      (l) => ({ ...l, request: { ...l['request'], command: 'rm' } }),
      (l) => ({ ...l, request: { ...l['request'], extra: 1 } }),
      (l) => ({ ...l, result: { ...l['result'], decision: 'DENY' } }),
      (l) => JSON.parse(JSON.stringify(l).replace('"scope"', '"__proto__":"x","scope"'))
    ]
    for (const change of changes) {
      expect(hashOfLine(change(line as never) as LogLine)).not.toBe(line.hash)
    }
  })

  test('is malformed when its salts and redactions do not fit its fields', () => {
    const line = lineOf(entryOf(3))
    const redacted = redactLine(line, ['/agent_id'])
    const hash = 'a'.repeat(64)
    const fieldSalt = 'b'.repeat(32)
    const broken: unknown[] = [
      { ...line, salt: undefined },
      { ...line, salt: 'short' },
      { ...line, salts: { '/agent_id': fieldSalt } },
      { ...line, commitments: {} },
      { ...line, salts: {} },
      { ...redacted, redacted: {} },
      { ...redacted, redacted: { ...redacted.redacted, '/nowhere': hash } },
      { ...redacted, salts: { ...redacted.salts, '/nowhere': fieldSalt } },
      { ...redacted, agent_id: 'somebody' },
      { ...redacted, redacted: { '/agent_id': 1 } },
      { ...redacted, redacted: 'x' }
    ]
    for (const one of broken) {
      expect(() => hashOfLine(JSON.parse(JSON.stringify(one)))).toThrow(/^has|^shows/)
    }
  })
})
