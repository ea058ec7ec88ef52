import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shapeDetail, shapeEntry } from '../../src/write/shape-line.ts'
import { entryOf } from '../support/entries.ts'

const limits = { maxFieldBytes: 100, maxLineBytes: 4000 }
const asIs = (text: string): string => text

describe('an entry on its way into the log', () => {
  test('loses its secrets in every text that an agent can choose, and nowhere else', () => {
    const secret = 'hunter2'
    const entry = entryOf(0, {
      agent_id: secret,
      caller: secret,
      request: {
        scope: 'shell',
        command: secret,
        path: secret,
        domain: secret,
        url: secret,
        meta: { token: secret },
        actions: [{ scope: 'network', url: secret, meta: { a: secret } }]
      },
      result: {
        decision: 'DENY',
        reason: secret,
        effect: { scope: 'shell', text: secret, start: 0, end: 1 }
      },
      effect: { scope: 'shell', text: secret, start: 0, end: 1 }
    })
    const { line, text } = shapeEntry(entry, (value) => value.replaceAll(secret, '***'), limits)
    expect(text).not.toContain(secret)
    expect(JSON.parse(text)).toEqual(line)
    expect(line.request.actions?.[0]).toEqual({ scope: 'network', url: '***', meta: { a: '***' } })
    expect(entry.request.command).toBe(secret)
  })

  test('has long fields cut, with their length and digest', () => {
    const command = 'é'.repeat(1000)
    const { line } = shapeEntry(entryOf(0, { request: { scope: 's', command } }), asIs, limits)
    const digest = createHash('sha256').update(command).digest('hex')
    expect(line.request.command).toBe(`${'é'.repeat(50)}[truncated: 2000 bytes, sha256:${digest}]`)
    expect(line.truncated).toEqual(['/request/command'])
  })

  test('is never longer than a line may be, whatever an agent sends', () => {
    const meta = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
      minKeys: 1,
      maxKeys: 200
    })
    fc.assert(
      fc.property(
        meta,
        fc.array(meta, { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (one, more, times) => {
          const request = {
            scope: 'x',
            command: '<\u0000"'.repeat(times * 100),
            meta: one,
            actions: more.map((each) => ({ scope: 'y', meta: each }))
          }
          const { text, line } = shapeEntry(entryOf(0, { request }), asIs, limits)
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.maxLineBytes)
          expect(line.request.scope).toBe('x')
          expect(text.includes('\n')).toBe(false)
        }
      ),
      { numRuns: 60 }
    )
  })

  test('has half a surrogate pair replaced, so that there is one way to write it', () => {
    const { line } = shapeEntry(entryOf(0, { agent_id: 'a\ud800' }), asIs, limits)
    expect(line.agent_id).toBe('a\ufffd')
  })
})

test('the detail of an event is redacted however deep it is, and cut', () => {
  const detail = { a: { b: ['hunter2', 1, null] }, c: 'x'.repeat(200), d: { e: 'y'.repeat(200) } }
  const shaped = shapeDetail(detail, (text) => text.replaceAll('hunter2', '***'), limits)
  expect(shaped['a']).toEqual({ b: ['***', 1, null] })
  expect(shaped['c']).toMatch(/^x{100}\[truncated: 200 bytes, sha256:[0-9a-f]{64}\]$/)
  expect(shaped['d']).toMatch(/^\{"e":"y+\[truncated: /)
})
