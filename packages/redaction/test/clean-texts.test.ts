import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCleanTexts } from '../src/clean-texts.ts'
import { createRedactor } from '../src/redactor.ts'

test('what is remembered changes no answer: the second is the first', () => {
  const redactor = createRedactor({ extraPatterns: ['x[0-9]+'] })
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('password=hunter2', 'ls -l', 'x42', 'token: abc', '{"a":"password=b"}', '')
  )
  fc.assert(
    fc.property(text, (one) => {
      const fresh = createRedactor({ extraPatterns: ['x[0-9]+'] })
      const first = redactor.redactText(one)
      expect(redactor.redactText(one)).toBe(first)
      expect(fresh.redactText(one)).toBe(first)
      for (const name of ['a', 'password', '__proto__', one]) {
        // A name that is a secret itself does not matter here.
        const [alone] = Object.values(fresh.redactJson(Object.fromEntries([[name, one]])))
        expect(redactor.redactMember(name, one)).toBe(alone)
        expect(redactor.redactMember(name, one)).toBe(alone)
      }
    })
  )
})

test('few are remembered, none that is long, and those longest that are said most', () => {
  const clean = createCleanTexts()
  clean.add('a'.repeat(513))
  expect(clean.has('a'.repeat(513))).toBe(false)
  clean.add('often')
  for (let at = 0; at < 10_000; at++) {
    clean.add(`once ${at}`)
    expect(clean.has('often')).toBe(true)
  }
  expect(clean.has('once 1')).toBe(false)
  const known = Array.from({ length: 10_000 }, (_, at) => `once ${at}`).filter(clean.has)
  expect(known.length).toBeLessThanOrEqual(2048)
})
