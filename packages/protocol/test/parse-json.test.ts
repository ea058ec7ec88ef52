import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { type JsonErrorCode, parseJson } from '../src/index.ts'

const anyJson = fc.jsonValue({ depthSize: 'medium' })
const wellFormedJson = anyJson.filter(
  (value) => JSON.stringify(value).isWellFormed() && isExact(value)
)

describe('a text is read', () => {
  test('as JSON.parse reads it, from a string and from bytes', () => {
    fc.assert(
      fc.property(wellFormedJson, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        const expected = { ok: true, value: JSON.parse(text) }
        expect(parseJson(text)).toEqual(expected)
        expect(parseJson(new TextEncoder().encode(text))).toEqual(expected)
      })
    )
  })

  test('only if JSON.parse reads it, and then the same', () => {
    const pieces = [
      ...'{}[]:,"\\/bu-+.eE019 \n\t\u0000\u2028é',
      '"a"',
      'true',
      'null',
      '\\ud83d',
      '1e9'
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const parsed = parseJson(text)
        const native = tryNative(text)
        if (parsed.ok) expect(native).toEqual({ value: parsed.value })
        else if (native)
          expect(parsed.error.code).toMatch(/duplicate|lone_surrogate|number_out_of_range/)
      }),
      { numRuns: 5000 }
    )
  })

  test('with a member called __proto__ as data', () => {
    const parsed = parseJson('{"__proto__":{"a":1}}')
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
    expect(parsed.ok && Object.getPrototypeOf(parsed.value)).toBe(Object.prototype)
  })

  test('with surrogate pairs, written out and escaped', () => {
    expect(parseJson('["😀","\\ud83d\\ude00"]')).toEqual({ ok: true, value: ['😀', '😀'] })
  })

  test('from bytes that are a view of a larger buffer', () => {
    const bytes = new TextEncoder().encode('xx{"a":1}xx').subarray(2, 9)
    expect(parseJson(bytes)).toEqual({ ok: true, value: { a: 1 } })
  })

  test('up to the deepest nesting that is allowed', () => {
    expect(parseJson('['.repeat(64) + ']'.repeat(64)).ok).toBe(true)
    expect(parseJson('7', { maxDepth: 0 }).ok).toBe(true)
  })
})

describe('a text is refused', () => {
  const cases: readonly [text: string, code: JsonErrorCode, message: string][] = [
    ['', 'empty', 'EOF'],
    [' \r\n\t', 'empty', 'EOF'],
    ['\ufeff{}', 'byte_order_mark', 'unexpected byte order mark'],
    ['{"a":1', 'truncated', 'unexpected EOF at line 1, column 7'],
    ['"a\\', 'truncated', 'unexpected EOF at line 1, column 4'],
    ['{"a":1,}', 'syntax', 'expected a member name in double quotes at line 1, column 8'],
    ["{'a':1}", 'syntax', 'expected a member name in double quotes at line 1, column 2'],
    ['{"a" 1}', 'syntax', 'expected `:` at line 1, column 6'],
    ['{\n  "a": 05}', 'syntax', 'expected `,` or `}` at line 2, column 9'],
    ['[1 2]', 'syntax', 'expected `,` or `]` at line 1, column 4'],
    ['[NaN]', 'syntax', 'expected a value at line 1, column 2'],
    ['"\\x41"', 'syntax', 'expected a valid escape at line 1, column 2'],
    ['"a\tb"', 'syntax', 'expected no control character in a string at line 1, column 3'],
    ['{} x', 'trailing_bytes', 'expected nothing after the value at line 1, column 4'],
    ['{"a":1,"a":2}', 'duplicate_member', 'duplicate member `a` at line 1, column 8'],
    ['{"a":1,"\\u0061":2}', 'duplicate_member', 'duplicate member `a` at line 1, column 8'],
    ['[{"x":[{"b":1,"b":1}]}]', 'duplicate_member', 'duplicate member `b` at line 1, column 15'],
    [
      '{"__proto__":1,"__proto__":1}',
      'duplicate_member',
      'duplicate member `__proto__` at line 1, column 16'
    ],
    [
      '{"\\n`é":1,"\\n`é":1}',
      'duplicate_member',
      'duplicate member `\\u000a\\u0060\\u00e9` at line 1, column 11'
    ],
    ['["\\ud800"]', 'lone_surrogate', 'lone surrogate in the string at line 1, column 2'],
    ['["\\udc00\\ud800"]', 'lone_surrogate', 'lone surrogate in the string at line 1, column 2'],
    ['["a\ud800"]', 'lone_surrogate', 'lone surrogate at line 1, column 4'],
    ['["\ud800\\udc00"]', 'lone_surrogate', 'lone surrogate at line 1, column 3'],
    ['[1e999]', 'number_out_of_range', 'number out of range at line 1, column 2'],
    ['['.repeat(65), 'too_deep', 'nested more than 64 deep at line 1, column 65']
  ]

  test.each(cases)('%j with the code %s', (text, code, message) => {
    expect(parseJson(text)).toEqual({ ok: false, error: { code, message } })
  })

  test('when its bytes are not UTF-8', () => {
    const error = { code: 'invalid_utf8', message: 'expected UTF-8' }
    const invalid = [
      [0xff],
      [0xc3, 0x28],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80]
    ]
    for (const bytes of invalid) {
      expect(parseJson(Uint8Array.of(0x22, ...bytes, 0x22))).toEqual({ ok: false, error })
    }
  })

  test('when it is the beginning of an object, an array or a string', () => {
    fc.assert(
      fc.property(wellFormedJson, fc.nat(), (value, cut) => {
        const text = JSON.stringify([value])
        const { ok, error } = parseJson(text.slice(0, cut % text.length)) as {
          ok: boolean
          error?: unknown
        }
        expect(ok, JSON.stringify(error)).toBe(false)
      })
    )
  })

  test('when it has more behind it', () => {
    fc.assert(
      fc.property(wellFormedJson, fc.string({ minLength: 1 }), (value, rest) => {
        const text = `${JSON.stringify([value])}${rest}`
        expect(parseJson(text).ok).toBe(/^[ \t\r\n]*$/.test(rest))
      })
    )
  })

  test('when any object in it has a member twice, however it is written', () => {
    fc.assert(
      fc.property(
        wellFormedJson,
        fc.string({ unit: 'grapheme' }),
        fc.nat(3),
        (value, name, depth) => {
          const escaped = `"${[...name]
            .flatMap((c) => c.split(''))
            .map(escapeUnit)
            .join('')}"`
          const inner = `{${JSON.stringify(name)}:${JSON.stringify(value)},"":[],${escaped}:0}`
          const text = name === '' ? '{"":1,"":1}' : inner
          const nested = '{"x":['.repeat(depth) + text + ']}'.repeat(depth)
          expect(parseJson(nested)).toMatchObject({
            ok: false,
            error: { code: 'duplicate_member' }
          })
        }
      )
    )
  })

  test('with a message that repeats no value', () => {
    fc.assert(
      fc.property(fc.nat(60), (cut) => {
        const parsed = parseJson(
          `{"password":"hunter2hunter2","n":[hunter2]} hunter2`.slice(0, cut)
        )
        expect(parsed.ok ? '' : parsed.error.message).not.toContain('hunter2')
      })
    )
  })
})

test('a depth that cannot be kept is an error of the caller', () => {
  expect(() => parseJson('1', { maxDepth: 1001 })).toThrow(RangeError)
  expect(() => parseJson('1', { maxDepth: Number.NaN })).toThrow(RangeError)
})

test.each([
  ['many lists', (size: number) => `[${'[],'.repeat(size / 3)}[]]`],
  ['many members', (size: number) => `{${memberNames(size / 12).map((name) => `"${name}":0`)}}`],
  ['escapes', (size: number) => `"${'\\u0061'.repeat(size / 6)}"`],
  ['quotes', (size: number) => `"${'\\"'.repeat(size / 2)}"`],
  ['white space', (size: number) => `${' '.repeat(size)}1`]
])(
  'a text of %s is read in time that grows with its length',
  (_, textOf) => {
    expectLinear((size) => expect(parseJson(textOf(size)).ok).toBe(true), 1 << 20)
  },
  60_000
)

function memberNames(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `k${at}`)
}

/** Whether a value survives JSON: -0 does not. */
function isExact(value: unknown): boolean {
  return !JSON.stringify(value, (_, v) => (Object.is(v, -0) ? 'minus zero' : v)).includes(
    'minus zero'
  )
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function tryNative(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
