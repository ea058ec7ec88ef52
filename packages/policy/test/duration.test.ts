import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../src/duration.ts'
import { readVectors } from './vector-line.ts'

interface DurationLine {
  readonly id: string
  readonly text: string
  readonly ok: boolean
  readonly nanos?: string
  readonly formatted?: string
  readonly error?: string
}

const lines = readVectors<DurationLine>('duration.jsonl')

describe('parseDuration', () => {
  test('reads every recorded text as the reference does', () => {
    expect(lines).toHaveLength(220)
    for (const { id, text, ok, nanos, error } of lines) {
      const expected = ok ? { ok, nanos: BigInt(nanos as string) } : { ok, error }
      expect(parseDuration(text), id).toEqual(expected)
    }
  })

  test.each(['', '+', '-', '.', '.s', 'm', '1 m', '１m'])('refuses %j', (text) => {
    expect(parseDuration(text).ok).toBe(false)
  })

  test('reads the longest and the shortest duration, and nothing beyond', () => {
    expect(parseDuration('9223372036854775807ns')).toEqual({ ok: true, nanos: 2n ** 63n - 1n })
    expect(parseDuration('9223372036854775808ns').ok).toBe(false)
    expect(parseDuration('-9223372036854775808ns')).toEqual({ ok: true, nanos: -(2n ** 63n) })
    expect(parseDuration('-9223372036854775809ns').ok).toBe(false)
    expect(parseDuration(`1${'0'.repeat(1000)}ns`).ok).toBe(false)
    expect(parseDuration(`${'0'.repeat(1000)}1ns`)).toEqual({ ok: true, nanos: 1n })
  })
})

describe('formatDuration', () => {
  test('formats every recorded duration as the reference does', () => {
    for (const { id, nanos, formatted } of lines) {
      if (nanos !== undefined) expect(formatDuration(BigInt(nanos)), id).toBe(formatted)
    }
  })

  test('what it formats is read as the same duration', () => {
    const anyNanos = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n })
    )
    fc.assert(
      fc.property(anyNanos, (nanos) => {
        expect(parseDuration(formatDuration(nanos))).toEqual({ ok: true, nanos })
      })
    )
  })
})
