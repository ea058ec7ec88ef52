import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idOfSecret, memoryAccess, secretMatcher } from '../src/index.ts'
import { hashSecret, newSecret, secretOf } from '../src/secret.ts'

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const secrets = fc.tuple(bytes(10), bytes(20)).map(([id, secret]) => {
  const given = [id, secret]
  return newSecret(() => given.shift() as Uint8Array)
})

describe('the secret of a credential', () => {
  test('has 160 random bits, and no two inputs give the same text', () => {
    fc.assert(
      fc.property(bytes(20), bytes(20), (one, other) => {
        const [a, b] = [one, other].map((random) => secretOf('a'.repeat(16), () => random).secret)
        expect(a === b).toBe(Buffer.from(one).equals(Buffer.from(other)))
      })
    )
  })

  test('is recognised by its form: prefix, id, secret and checksum', () => {
    fc.assert(
      fc.property(secrets, ({ id, secret }) => {
        expect(secret).toMatch(/^agk_[a-z2-7]{16}_[a-z2-7]{39}$/)
        expect(idOfSecret(secret)).toBe(id)
      })
    )
  })

  test('is known by this vector', () => {
    const given = [new Uint8Array(10), new Uint8Array(20).fill(255)]
    const { secret } = newSecret(() => given.shift() as Uint8Array)
    expect(secret).toBe(`agk_aaaaaaaaaaaaaaaa_${'7'.repeat(32)}aym5jar`)
  })

  test('is no secret any more with one character changed, left out or added', () => {
    const change = fc.record({
      secret: secrets,
      at: fc.nat(59),
      to: fc.string({ minLength: 0, maxLength: 2 })
    })
    fc.assert(
      fc.property(change, ({ secret: { secret }, at, to }) => {
        const changed = secret.slice(0, at) + to + secret.slice(at + 1)
        if (changed !== secret) expect(idOfSecret(changed)).toBeUndefined()
      })
    )
  })

  test('is looked for in any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a27_k\u0000\ud800é') }), (text) => {
        expect(idOfSecret(text)).toBeUndefined()
        expect(idOfSecret(`agk_${text}`)).toBeUndefined()
      })
    )
  })

  test('never authenticates when it differs in its secret part, though its checksum is right', async () => {
    const { credentials } = memoryAccess()
    const created = await credentials.create({ role: 'admin', name: 'root' })
    if (!created.ok) throw new Error('refused')
    const { id } = created.credential
    fc.assert(
      fc.property(bytes(20), (random) => {
        const guess = secretOf(id, () => random).secret
        expect(credentials.authenticate(guess)).toEqual({ ok: false, reason: 'unknown' })
      })
    )
  })

  test('is stored as a hash from which it cannot be read', () => {
    expect(hashSecret('agk_x')).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('a matcher of secrets', () => {
  test('accepts the secret and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (secret, given) => {
        const matches = secretMatcher(secret)
        expect(matches(secret)).toBe(true)
        expect(matches(given)).toBe(given === secret)
      })
    )
  })
})
