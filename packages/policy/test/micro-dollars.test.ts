import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDollars, microDollars } from '../src/micro-dollars.ts'

describe('microDollars', () => {
  test.each([
    [0, 0, 0],
    [-0, 0, 0],
    [0.1, 100_000, 100_000],
    [0.1000001, 100_001, 100_000],
    [0.29, 290_000, 290_000],
    [1e-7, 1, 0],
    [5e-324, 1, 0],
    [-0.0000015, -1, -2],
    [9_007_199_254.740_99, 9_007_199_254_740_990, 9_007_199_254_740_990]
  ])('%d dollars are %d rounded up and %d rounded down', (value, up, down) => {
    expect(microDollars(value, 'up')).toBe(up)
    expect(microDollars(value, 'down')).toBe(down)
  })

  test.each([9_007_199_254.740_992, 1e10, 1e21, Number.MAX_VALUE, Infinity, -Infinity, Number.NaN])(
    '%d dollars are no safe integer',
    (value) => {
      expect(microDollars(value, 'up')).toBeUndefined()
      expect(microDollars(value, 'down')).toBeUndefined()
    }
  )

  test('is exact on the shortest decimal form', () => {
    fc.assert(
      fc.property(anyAmount, fc.constantFrom('up', 'down'), (value, rounding) => {
        expect(microDollars(value, rounding)).toBe(exactMicros(value, rounding))
      })
    )
  })
})

describe('formatDollars', () => {
  test.each([
    [0, '0.00'],
    [-0, '-0.00'],
    [0.125, '0.12'],
    [0.375, '0.38'],
    [2.675, '2.67'],
    [-0.001, '-0.00'],
    [-1.5, '-1.50'],
    [0.05, '0.05'],
    [5e-324, '0.00'],
    [1e21, '1000000000000000000000.00'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN']
  ])('formats %d as %s', (value, text) => {
    expect(formatDollars(value)).toBe(text)
  })

  test('differs from the number by half a cent at most', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(Math.abs(Number(formatDollars(value)) - value)).toBeLessThanOrEqual(0.005 + 1e-9)
      })
    )
  })
})

const anyAmount = fc.oneof(
  fc.double({ min: -1e11, max: 1e11, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((cents) => cents / 100),
  fc.double()
)

/** The same by rational arithmetic: the shortest decimal is `digits * 10^power`. */
function exactMicros(value: number, rounding: 'up' | 'down'): number | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(`${sign}${whole}${fraction}`)
  const power = Number(exponent) - fraction.length + 6
  const divisor = power < 0 ? 10n ** BigInt(-power) : 1n
  const scaled = power < 0 ? digits : digits * 10n ** BigInt(power)
  const floor = scaled / divisor - (scaled % divisor < 0n ? 1n : 0n)
  const micros = Number(rounding === 'up' && floor * divisor < scaled ? floor + 1n : floor)
  return Number.isSafeInteger(micros) ? micros : undefined
}
