import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/index.ts'

describe('canonical JSON', () => {
  test('is that of the example of RFC 8785', () => {
    const value = {
      // biome-ignore lint/correctness/noPrecisionLoss: the example of the RFC has it
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false]
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
  })

  test('sorts members by UTF-16 code units, as the RFC has it', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6', '__proto__']
    const value = Object.fromEntries(names.map((name) => [name, 0]))
    expect(Object.keys(JSON.parse(canonicalJson(value)))).toHaveLength(names.length)
    expect(canonicalJson(value)).toBe(
      '{"\\r":0,"1":0,"__proto__":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}'
    )
  })

  test('has one text for each value, whatever the order of the members, and means that value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(reversed(value))).toBe(text)
        // Only -0 is read back as another value.
        expect(JSON.stringify(JSON.parse(text))).toBe(
          JSON.stringify(JSON.parse(JSON.stringify(JSON.parse(text))))
        )
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(text)
      })
    )
  })

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '\ud800',
    { '\udc00': 1 },
    [undefined],
    1n,
    () => 1
  ])('says that JSON cannot hold %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  test('leaves out members that are undefined, and writes -0 as 0', () => {
    expect(canonicalJson({ b: undefined, a: -0 })).toBe('{"a":0}')
  })
})

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)])
  )
}
