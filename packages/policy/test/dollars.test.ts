import { describe, expect, test } from 'vitest'
import { parseDollars } from '../src/dollars.ts'
import { readVectors } from './vector-line.ts'

interface DollarLine {
  readonly id: string
  readonly text: string
  readonly ok: boolean
  readonly value?: string
  readonly error?: string
}

describe('parseDollars', () => {
  test('reads every recorded text as the reference does', () => {
    const lines = readVectors<DollarLine>('dollar.jsonl')
    expect(lines).toHaveLength(196)
    for (const { id, text, ok, value, error } of lines) {
      const parsed = parseDollars(text)
      const read = parsed.ok
        ? { ok: true, value: shortest(parsed.value) }
        : { ok: false, error: parsed.error }
      expect(read, id).toEqual(ok ? { ok, value } : { ok, error })
    }
  })

  test.each([
    ['0x1p-1074', 5e-324],
    ['0x1p-1075', 0],
    ['0x1.8p-1075', 5e-324],
    ['0x1.fffffffffffff8p0', 2],
    ['0x1.fffffffffffff7p0', 1.9999999999999998],
    ['0x1.fffffffffffffp1023', Number.MAX_VALUE],
    ['0x_1p4', 16],
    ['0x.8p0', 0.5]
  ])('rounds the hexadecimal %s to %d', (text, value) => {
    expect(parseDollars(text)).toEqual({ ok: true, value })
  })

  test.each(['0x1.fffffffffffff8p1023', '0x1p1024', '1e309'])('%s is out of range', (text) => {
    expect(parseDollars(text)).toMatchObject({
      error: expect.stringContaining('value out of range')
    })
  })

  test.each(['1_', '_1', '1__0', '1_.5', '1._5', '1e_5', '0x1_p4', '0x1p_4', 'in_f'])(
    'refuses the underscore in %s',
    (text) => {
      expect(parseDollars(text).ok).toBe(false)
    }
  )
})

function shortest(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`
}
