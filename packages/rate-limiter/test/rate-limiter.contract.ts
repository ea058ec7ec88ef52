import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RateKey, RateLimit, RateLimiter } from '../src/index.ts'
import { rateLimiterProperties } from './rate-limiter.properties.ts'

export type CreateRateLimiter = (options?: { readonly maxKeys: number }) => RateLimiter

const key = (agent: string, scope = 'shell', tenant = 'local'): RateKey => ({
  tenant,
  scope,
  agent
})
const second: RateLimit = { max: 2, windowMs: 1000 }

/** What every rate limiter promises. */
export function rateLimiterContract(name: string, create: CreateRateLimiter): void {
  describe(`rate limiter: ${name}`, () => {
    test('a window begins with the first request and admits `max`', async () => {
      const limiter = create()
      expect(await limiter.take(key('a'), second, 500)).toEqual({ ok: true, remaining: 1 })
      expect(await limiter.take(key('a'), second, 1400)).toEqual({ ok: true, remaining: 0 })
      expect(await limiter.take(key('a'), second, 1499)).toEqual({ ok: false, retryAfterMs: 1 })
      expect(await limiter.take(key('a'), second, 1500)).toEqual({ ok: true, remaining: 1 })
    })

    test('a window advances by whole windows', async () => {
      const limiter = create()
      const once = { max: 1, windowMs: 1000 }
      await limiter.take(key('a'), once, 0)
      expect(await limiter.take(key('a'), once, 3500)).toMatchObject({ ok: true })
      expect(await limiter.take(key('a'), once, 3999)).toEqual({ ok: false, retryAfterMs: 1 })
      expect(await limiter.take(key('a'), once, 4000)).toMatchObject({ ok: true })
    })

    test('a token bucket admits its burst, and then what flows in', async () => {
      const limiter = create()
      const limit = { max: 2, windowMs: 1000, burst: 3 }
      for (const remaining of [2, 1, 0]) {
        expect(await limiter.take(key('a'), limit, 0)).toEqual({ ok: true, remaining })
      }
      expect(await limiter.take(key('a'), limit, 0)).toEqual({ ok: false, retryAfterMs: 500 })
      expect(await limiter.take(key('a'), limit, 499)).toEqual({ ok: false, retryAfterMs: 1 })
      expect(await limiter.take(key('a'), limit, 500)).toEqual({ ok: true, remaining: 0 })
      expect(await limiter.take(key('a'), limit, 10_000)).toEqual({ ok: true, remaining: 2 })
    })

    test('what is refused is not counted', async () => {
      const limiter = create()
      const limit = { max: 1, windowMs: 1000, burst: 1 }
      await limiter.take(key('a'), limit, 0)
      for (let now = 0; now < 1000; now += 10) {
        expect(await limiter.take(key('a'), limit, now)).toMatchObject({ ok: false })
      }
      expect(await limiter.take(key('a'), limit, 1000)).toMatchObject({ ok: true })
    })

    test('keys are counted apart, whatever characters are in them', async () => {
      const texts = [
        '',
        ':',
        '"',
        '\\',
        ',',
        '\0',
        'a',
        'a:b',
        'A',
        'ä',
        'a\u0308',
        '\ud800',
        '\udfff',
        '__proto__'
      ]
      const text = fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 4 }))
      const keys = fc.uniqueArray(fc.record({ tenant: text, scope: text, agent: text }), {
        selector: (one) => JSON.stringify([one.tenant, one.scope, one.agent]),
        maxLength: 20
      })
      await fc.assert(
        fc.asyncProperty(keys, async (distinct) => {
          const limiter = create()
          for (const one of distinct) {
            expect(await limiter.take(one, { max: 1, windowMs: 1 }, 0)).toMatchObject({ ok: true })
          }
        }),
        { numRuns: 50 }
      )
    })

    test('the limit of the call holds, also for keys in use', async () => {
      const limiter = create()
      const minute = 60_000
      await limiter.take(key('a'), { max: 1, windowMs: minute }, 0)
      expect(await limiter.take(key('a'), { max: 1, windowMs: minute }, 1)).toMatchObject({
        ok: false
      })
      expect(await limiter.take(key('a'), { max: 3, windowMs: minute }, 2)).toEqual({
        ok: true,
        remaining: 1
      })
      expect(await limiter.take(key('a'), { max: 2, windowMs: minute }, 3)).toMatchObject({
        ok: false
      })
      expect(await limiter.take(key('a'), { max: 2, windowMs: 1000 }, 1000)).toMatchObject({
        ok: true
      })
    })

    test('a limit that gains or loses its burst gives nothing away', async () => {
      const limiter = create()
      const fixed = { max: 4, windowMs: 1000 }
      const burst = { ...fixed, burst: 4 }
      for (let taken = 0; taken < 4; taken++) await limiter.take(key('a'), fixed, 0)
      expect(await limiter.take(key('a'), burst, 0)).toMatchObject({ ok: false })
      expect(await limiter.take(key('a'), burst, 250)).toEqual({ ok: true, remaining: 0 })
      expect(await limiter.take(key('a'), fixed, 300)).toMatchObject({ ok: false })
    })

    test('a clock that goes back admits nothing', async () => {
      for (const limit of [second, { ...second, burst: 2 }]) {
        const limiter = create()
        await limiter.take(key('a'), limit, 10_000)
        await limiter.take(key('a'), limit, 10_000)
        for (const now of [0, 9_000, 10_000, -5_000, 10_000, 5_000, 10_000]) {
          expect(await limiter.take(key('a'), limit, now)).toMatchObject({ ok: false })
        }
        expect(await limiter.take(key('a'), limit, 9_000)).toMatchObject({
          retryAfterMs: limit === second ? 2_000 : 1_500
        })
        expect(await limiter.take(key('a'), limit, 11_000)).toMatchObject({ ok: true })
      }
    })

    test('what is no limit or no time is a RangeError and counts nothing', async () => {
      const limiter = create()
      const take = async (limit: RateLimit, now: number) => limiter.take(key('a'), limit, now)
      for (const wrong of [
        { max: 0, windowMs: 1 },
        { max: Number.NaN, windowMs: 1 },
        { max: 1, windowMs: 0 },
        { max: 1, windowMs: Number.POSITIVE_INFINITY },
        { max: 1, windowMs: 1, burst: 0 }
      ]) {
        await expect(take(wrong, 0)).rejects.toThrow(RangeError)
      }
      await expect(take(second, Number.NaN)).rejects.toThrow(RangeError)
      expect(await take(second, 0)).toEqual({ ok: true, remaining: 1 })
    })

    describe('when it is full', () => {
      test('new keys of a tenant and scope share one bucket', async () => {
        const limiter = create({ maxKeys: 20 })
        let admitted = 0
        for (let at = 0; at < 500; at++) {
          const take = await limiter.take(key(`fresh-${at}`), second, 0)
          if (take.ok) admitted++
        }
        // At most half of the room, once each, and the shared bucket.
        expect(admitted).toBeLessThanOrEqual(10 + second.max)
        expect(admitted).toBeGreaterThanOrEqual(5)
      })

      test('no known key is forgotten while it counts', async () => {
        const limiter = create({ maxKeys: 20 })
        await limiter.take(key('victim'), second, 0)
        await limiter.take(key('victim'), second, 0)
        for (let now = 0; now < 1000; now++) await limiter.take(key(`fresh-${now}`), second, now)
        expect(await limiter.take(key('victim'), second, 999)).toMatchObject({ ok: false })
        expect(await limiter.take(key('victim'), second, 1000)).toMatchObject({ ok: true })
      })

      test('there is room left for other tenants and scopes', async () => {
        const limiter = create({ maxKeys: 40 })
        const hour = { max: 1, windowMs: 3_600_000 }
        for (let at = 0; at < 100; at++) await limiter.take(key(`a${at}`), hour, 0)
        for (const [scope, tenant] of [
          ['shell', 'other'],
          ['network', 'local']
        ] as const) {
          for (const agent of ['x', 'y', 'z']) {
            expect(await limiter.take(key(agent, scope, tenant), hour, 1)).toMatchObject({
              ok: true
            })
          }
        }
      })

      test('it recovers when the windows have elapsed', async () => {
        const limiter = create({ maxKeys: 20 })
        for (let at = 0; at < 100; at++) await limiter.take(key(`fresh-${at}`), second, 0)
        // One new key each time, long enough for two generations.
        for (let now = 1000; now <= 4000; now += 1000) {
          await limiter.take(key(`late-${now}`), second, now)
        }
        for (const agent of ['x', 'y', 'z']) {
          expect(await limiter.take(key(agent), second, 6000)).toEqual({ ok: true, remaining: 1 })
          expect(await limiter.take(key(agent), second, 6000)).toEqual({ ok: true, remaining: 0 })
        }
      })

      test('a key that gets a bucket of its own keeps what it took from the shared one', async () => {
        const limiter = create({ maxKeys: 8 })
        const limit = { max: 5, windowMs: 1000 }
        for (let at = 0; at < 10; at++) await limiter.take(key(`old-${at}`), limit, 0)
        let admitted = 0
        for (let now = 990; now < 1990; now += 5) {
          const take = await limiter.take(key('late'), limit, now)
          if (take.ok) admitted++
        }
        // Two windows meet in this time, and no more.
        expect(admitted).toBeLessThanOrEqual(2 * limit.max)
      })

      test('a long name takes the room of several', async () => {
        const limiter = create({ maxKeys: 100 })
        let admitted = 0
        for (let at = 0; at < 100; at++) {
          const take = await limiter.take(key(`${at}-${'x'.repeat(1000)}`), second, 0)
          if (take.ok) admitted++
        }
        expect(admitted).toBeLessThanOrEqual(4 + second.max)
      })
    })

    rateLimiterProperties(create)
  })
}
