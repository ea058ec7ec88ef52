import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createApprovalLinks } from '../../src/links/approval-links.ts'

const key = new Uint8Array(32).fill(7)
const approval = { tenant: 'local', id: 'ap_0123' }
const hour = 3_600_000
const links = createApprovalLinks(key)

describe('links that answer an approval', () => {
  const token = links.create(approval, hour)

  test('the token of an approval is good for it until its time is over', () => {
    expect(links.verify(token, approval, hour - 1)).toBe(true)
    expect(links.verify(token, approval, hour)).toBe(false)
  })

  test('a token is of no use for another approval, another tenant or under another key', () => {
    expect(links.verify(token, { ...approval, id: 'ap_0124' }, 0)).toBe(false)
    expect(links.verify(token, { ...approval, tenant: 'acme' }, 0)).toBe(false)
    const others = createApprovalLinks(new Uint8Array(32).fill(8))
    expect(others.verify(token, approval, 0)).toBe(false)
  })

  test('a token in which one character was changed is refused', () => {
    // The last character of base64url holds two bits that are not part of the code.
    const places = fc.nat(token.length - 2)
    const characters = fc.constantFrom(...'0123456789abcxyzABC-_.')
    fc.assert(
      fc.property(places, characters, (at, character) => {
        fc.pre(token[at] !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        expect(links.verify(changed, approval, 0)).toBe(false)
      })
    )
  })

  test('no text is taken for a token, and none makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(links.verify(text, approval, 0)).toBe(false)
      })
    )
  })

  test('texts of the tenant and of the approval cannot be moved from one to the other', () => {
    const moved = links.create({ tenant: 'a","b', id: 'c' }, hour)
    expect(links.verify(moved, { tenant: 'a', id: 'b","c' }, 0)).toBe(false)
  })

  test('a short key is refused', () => {
    expect(() => createApprovalLinks(new Uint8Array(31))).toThrow(RangeError)
  })
})
