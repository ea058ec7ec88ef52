import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createApprovalLinks } from '../../src/links/approval-links.ts'

const key = new Uint8Array(32).fill(7)
const approval = { tenant: 'local', id: 'ap_0123' }
const hour = 3_600_000
const links = createApprovalLinks(key)

describe('links that answer an approval', () => {
  test('the token of an approval is good for it until its time is over', () => {
    const token = links.create({ ...approval, expiresAt: hour })
    expect(links.verify(token, approval, hour - 1)?.name).toMatch(/^link:[\w-]{16}$/)
    expect(links.verify(token, approval, hour)).toBeUndefined()
  })

  test('two links of one approval have two names, and one link always the same', () => {
    const [a, b] = [1, 2].map(() => links.create({ ...approval, expiresAt: hour })) as [
      string,
      string
    ]
    const name = (token: string) => links.verify(token, approval, 0)?.name
    expect(name(a)).toBe(name(a))
    expect(name(a)).not.toBe(name(b))
  })

  test('a token is of no use for another approval, another tenant or under another key', () => {
    const token = links.create({ ...approval, expiresAt: hour })
    expect(links.verify(token, { ...approval, id: 'ap_0124' }, 0)).toBeUndefined()
    expect(links.verify(token, { ...approval, tenant: 'acme' }, 0)).toBeUndefined()
    const others = createApprovalLinks(new Uint8Array(32).fill(8))
    expect(others.verify(token, approval, 0)).toBeUndefined()
  })

  test('a token in which one character was changed is refused', () => {
    const token = links.create({ ...approval, expiresAt: hour })
    // The last character of base64url holds two bits that are not part of the code.
    const places = fc.nat(token.length - 2)
    const characters = fc.constantFrom(...'0123456789abcxyzABC-_.')
    fc.assert(
      fc.property(places, characters, (at, character) => {
        fc.pre(token[at] !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        expect(links.verify(changed, approval, 0)).toBeUndefined()
      })
    )
  })

  test('no text is taken for a token, and none makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(links.verify(text, approval, 0)).toBeUndefined()
      })
    )
  })

  test('texts of the tenant and of the approval cannot be moved from one to the other', () => {
    const token = links.create({ tenant: 'a","b', id: 'c', expiresAt: hour })
    expect(links.verify(token, { tenant: 'a', id: 'b","c' }, 0)).toBeUndefined()
  })

  test('a short key is refused', () => {
    expect(() => createApprovalLinks(new Uint8Array(31))).toThrow(RangeError)
  })
})
