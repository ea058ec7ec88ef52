import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../src/index.ts'

describe('the examples of RFC 8785', () => {
  test('section 3.2.2: values', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`
    )
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
    )
  })

  test('section 3.2.3: members in the order of UTF-16 code units', () => {
    const value = JSON.parse(
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
      "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
      "\u00f6":"Latin Small Letter O With Diaeresis"}`
    )
    const order = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, text]) => text)
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh'
    ])
  })

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2']
  ])('appendix B: the number %s is %s', (bits, text) => {
    const view = new DataView(new ArrayBuffer(8))
    view.setBigUint64(0, BigInt(`0x${bits}`))
    expect(canonicalJson(view.getFloat64(0))).toBe(text)
  })
})

const json = fc.jsonValue({ maxDepth: 5 })
const name = fc.oneof(fc.string({ unit: 'binary' }), fc.nat().map(String), fc.constant('__proto__'))

describe('for every JSON value', () => {
  test('the text is JSON of the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      })
    )
  })

  test('writing what was read again changes nothing', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      })
    )
  })

  test('the order in which members were added changes nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, json), { selector: ([key]) => key }), (members) => {
        const text = canonicalJson(Object.fromEntries(members))
        expect(canonicalJson(Object.fromEntries(members.toReversed()))).toBe(text)
      })
    )
  })

  test('members are in the order of their UTF-16 code units', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), (names) => {
        const text = canonicalJson(Object.fromEntries(names.map((key) => [key, 0])))
        const written = [...text.matchAll(/("(?:[^"\\]|\\.)*"):0/g)].map(([, key = '']) =>
          JSON.parse(key)
        )
        expect(written).toEqual(names.toSorted(byCodeUnits))
      })
    )
  })

  test('numbers are written as ECMAScript writes them', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(finite, (number) => {
        expect(canonicalJson(number)).toBe(`${number}`)
      })
    )
  })
})

function byCodeUnits(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

test('a member that is undefined is absent', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
})

test('an object without a prototype is an object, and every name in it is data', () => {
  const text = '{"__proto__":"z","constructor":"y","toJSON":"x"}'
  expect(canonicalJson(JSON.parse(text))).toBe(text)
  const map = Object.assign(Object.create(null), { toJSON: 'x', constructor: 'y' })
  expect(canonicalJson(map)).toBe('{"constructor":"y","toJSON":"x"}')
})

describe('what is no JSON is refused, without showing it', () => {
  const endless: unknown[] = []
  endless.push(endless)
  test.each<[string, unknown]>([
    ['a number that is none', Number.NaN],
    ['a number without an end', { a: Number.POSITIVE_INFINITY }],
    ['nothing', undefined],
    ['nothing in a list', [undefined]],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    ['a hole in a list', [1, , 2]],
    ['a function', () => 'secret'],
    ['a symbol', Symbol('secret')],
    ['a bigint', 12345n],
    ['a date', new Date(12345)],
    ['a map', new Map([['secret', 1]])],
    ['half a surrogate pair', 'secret\ud800'],
    ['half a surrogate pair in a name', { 'secret\udc00': 1 }],
    ['a list in itself', endless]
  ])('%s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson(value)).not.toThrow(/secret|12345/)
  })
})
