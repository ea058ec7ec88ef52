import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'
import { benignTexts } from './benign.ts'
import { anyFragments } from './fragments.ts'
import { referenceSpans } from './reference.ts'

const { redactText } = createRedactor()
const keyed = createRedactor({ key: 'a key of sixteen bytes or more' })

describe('texts without secrets', () => {
  test.each(benignTexts)('%j stays as it is', (text) => {
    expect(redactText(text)).toBe(text)
  })

  test('texts without the characters of any rule stay as they are', () => {
    const text = fc.stringMatching(/^[a-z0-9 ,()!?*\n]{0,80}$/)
    fc.assert(
      fc.property(text, (value) => redactText(value) === value || /b(?:earer|asic)/.test(value))
    )
  })

  test("random words with the reference's separators stay as they are", () => {
    // What clients of the reference test with: no `=`, and no literal of its patterns.
    const word = fc.stringMatching(/^[A-Za-z0-9_\-./]{1,12}$/)
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(text, (value) => redactText(value) === value),
      { numRuns: 2000 }
    )
  })
})

describe('any text', () => {
  test('is not changed by being redacted again', () => {
    fc.assert(
      fc.property(anyFragments, (text) => {
        const once = keyed.redactText(text)
        expect(keyed.redactText(once)).toBe(once)
      }),
      { numRuns: 5000 }
    )
  })

  test('never makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => typeof redactText(text) === 'string')
    )
  })

  test('has nothing left that the five patterns of version 1.0 find, but for words', () => {
    fc.assert(
      fc.property(anyFragments, (text) => {
        const redacted = redactText(text)
        for (const { secret, isWord } of referenceSpans(redacted)) {
          expect(isWord || secret.includes('[REDACTED'), `${secret} in ${redacted}`).toBe(true)
        }
      }),
      { numRuns: 3000 }
    )
  })

  test('that is JSON stays JSON', () => {
    const value = fc.jsonValue()
    const named = fc.dictionary(
      fc.constantFrom('password', 'api_key', 'authorization', 'cookies', 'note', 'a"b', 'token'),
      fc.oneof(value, anyFragments)
    )
    fc.assert(
      fc.property(named, fc.constantFrom(0, 1, 2), (object, indent) => {
        let text = JSON.stringify(object, null, indent)
        expect(() => JSON.parse(redactText(text))).not.toThrow()
        // JSON in JSON: what a tool call's argument looks like.
        text = JSON.stringify({ body: text })
        expect(() => JSON.parse(JSON.parse(redactText(text)).body)).not.toThrow()
      }),
      { numRuns: 2000 }
    )
  })
})

describe('markers', () => {
  test('equal secrets have equal digests, others have others', () => {
    const text = keyed.redactText('token=one token=two password="one"')
    const digests = [...text.matchAll(/\[REDACTED:([0-9a-f]{8})\]/g)].map(([, digest]) => digest)
    expect(digests).toHaveLength(3)
    expect(digests[0]).toBe(digests[2])
    expect(digests[0]).not.toBe(digests[1])
  })

  test('digests depend on the key', () => {
    const other = createRedactor({ key: 'another key of sixteen bytes' })
    expect(other.redactText('token=one')).not.toBe(keyed.redactText('token=one'))
  })

  test('without a key there is no digest', () => {
    expect(redactText('token=one')).toBe('token=[REDACTED]')
  })

  test('a short key is refused', () => {
    expect(() => createRedactor({ key: 'short' })).toThrow('key must have at least 16 bytes')
  })

  test('a text made of secrets has a bounded number of digests', () => {
    const text = keyed.redactText('token=a1 '.repeat(2000))
    expect(text.match(/\[REDACTED:/g)).toHaveLength(1000)
    expect(text.match(/\[REDACTED\]/g)).toHaveLength(1000)
    expect(keyed.redactText(text)).toBe(text)
  })

  test('a forged marker hides nothing behind it', () => {
    expect(redactText('password=[REDACTED]hunter2')).toBe('password=[REDACTED]')
    expect(redactText('password=[REDACTED:xyz]')).toBe('password=[REDACTED]]')
  })
})

describe('extra patterns', () => {
  test('are RE2, and each match goes as a whole', () => {
    const { redactText: redact } = createRedactor({ extraPatterns: ['(?i)employee-\\d+', 'x{3}'] })
    expect(redact('Employee-77 and xxx and token=a')).toBe(
      '[REDACTED] and [REDACTED] and token=[REDACTED]'
    )
  })

  test('a pattern that is not RE2 is refused, with its place', () => {
    expect(() => createRedactor({ extraPatterns: ['ok', '(?=a)'] })).toThrow(
      /^extraPatterns\[1\]: invalid regex: /
    )
  })

  test('a pattern that meets the marker does not redact it again', () => {
    const { redactText: redact } = createRedactor({ extraPatterns: ['[A-Z]{4,}', 'a*'] })
    const once = redact('SECRET aaa token=1')
    expect(once).toBe('[REDACTED] [REDACTED] token=[REDACTED]')
    expect(redact(once)).toBe(once)
  })
})
