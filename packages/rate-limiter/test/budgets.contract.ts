import { describe, expect, test } from 'vitest'
import type { Budgets } from '../src/index.ts'
import { charge, daily, day, monthly, noon, reserve, session } from './accounts.ts'
import { budgetsProperties } from './budgets.properties.ts'

export type CreateBudgets = (options?: {
  readonly maxAccounts?: number
  readonly maxOpen?: number
}) => Budgets

/** What all budgets promise. */
export function budgetsContract(name: string, create: CreateBudgets): void {
  describe(`budgets: ${name}`, () => {
    test('an amount fits up to exactly the limit', async () => {
      const budgets = create()
      const charges = [charge(session('s'), 300_000)]
      for (let times = 0; times < 3; times++) {
        expect(await reserve(budgets, charges, 100_000)).toBeDefined()
      }
      expect(await budgets.reserve(charges, 1, noon)).toEqual({
        ok: false,
        exceeded: {
          account: session('s'),
          limitMicros: 300_000,
          spentMicros: 300_000,
          requestedMicros: 1
        }
      })
      expect(await budgets.spent(session('s'), noon)).toBe(300_000)
    })

    test('an amount of 0 is refused only once a limit is exceeded', async () => {
      const budgets = create()
      await budgets.record([session('s')], 5, noon)
      expect(await reserve(budgets, [charge(session('s'), 5)], 0)).toBeDefined()
      expect(await reserve(budgets, [charge(session('s'), 4)], 0)).toBeUndefined()
      const nothing = await reserve(budgets, [charge(session('new'), 5)], 0)
      expect(await budgets.commit(nothing as string)).toBe(false)
    })

    test('an account without a limit is counted', async () => {
      const budgets = create()
      await reserve(budgets, [charge(session('s'))], 7)
      expect(await budgets.spent(session('s'), noon)).toBe(7)
    })

    test('all accounts are charged, or none is', async () => {
      const budgets = create()
      const charges = [charge(session('s'), 100), charge(daily('a'), 50), charge(monthly('a'), 500)]
      expect(await reserve(budgets, charges, 40)).toBeDefined()
      expect(await budgets.reserve(charges, 40, noon)).toMatchObject({
        exceeded: { account: daily('a'), spentMicros: 40, limitMicros: 50 }
      })
      for (const { account } of charges) expect(await budgets.spent(account, noon)).toBe(40)
    })

    test('an account named twice is charged once and held to both limits', async () => {
      const budgets = create()
      const charges = [charge(session('s'), 100), charge(session('s'), 50)]
      expect(await reserve(budgets, charges, 30)).toBeDefined()
      expect(await budgets.spent(session('s'), noon)).toBe(30)
      expect(await budgets.reserve(charges, 30, noon)).toMatchObject({
        exceeded: { limitMicros: 50 }
      })
    })

    test('`exceeded` says what `reserve` would refuse, and counts nothing', async () => {
      const budgets = create()
      const charges = [charge(session('s'), 10)]
      expect(await budgets.exceeded(charges, 10, noon)).toBeUndefined()
      expect(await budgets.exceeded(charges, 11, noon)).toMatchObject({ spentMicros: 0 })
      expect(await budgets.spent(session('s'), noon)).toBe(0)
    })

    test('accounts differ by each of their members', async () => {
      const budgets = create()
      const accounts = [
        session('s'),
        session('s', 'other'),
        session('S'),
        { ...session('s'), holder: 'agent' as const },
        { ...session('s'), period: 'day' as const },
        session('a:b', 'c'),
        session('b', 'c:a'),
        session('\ud800'),
        session('\ud801'),
        session('')
      ]
      for (const [at, account] of accounts.entries()) await budgets.record([account], at + 1, noon)
      for (const [at, account] of accounts.entries()) {
        expect(await budgets.spent(account, noon)).toBe(at + 1)
      }
    })

    test('a reservation is given back once', async () => {
      const budgets = create()
      const charges = [charge(session('s'), 10), charge(daily('a'), 10)]
      const reservation = (await reserve(budgets, charges, 6)) as string
      await reserve(budgets, charges, 4)
      expect(await budgets.release(reservation)).toBe(true)
      expect(await budgets.release(reservation)).toBe(false)
      expect(await budgets.commit(reservation)).toBe(false)
      expect(await budgets.spent(session('s'), noon)).toBe(4)
      expect(await budgets.spent(daily('a'), noon)).toBe(4)
    })

    test('what is committed is not given back', async () => {
      const budgets = create()
      const reservation = (await reserve(budgets, [charge(session('s'), 10)], 6)) as string
      expect(await budgets.commit(reservation)).toBe(true)
      expect(await budgets.commit(reservation)).toBe(false)
      expect(await budgets.release(reservation)).toBe(false)
      expect(await budgets.spent(session('s'), noon)).toBe(6)
    })

    test('a reservation that is not known is nobody’s', async () => {
      const budgets = create()
      await reserve(budgets, [charge(session('s'))], 6)
      for (const unknown of ['', '0', '-1', '1e0', '01', '99', 'x', "1'"]) {
        expect(await budgets.release(unknown)).toBe(false)
        expect(await budgets.commit(unknown)).toBe(false)
      }
      expect(await budgets.spent(session('s'), noon)).toBe(6)
    })

    test('of too many open reservations, the oldest are final', async () => {
      const budgets = create({ maxOpen: 2 })
      const reservations: string[] = []
      for (let times = 0; times < 3; times++) {
        reservations.push((await reserve(budgets, [charge(session('s'))], 1)) as string)
      }
      const released = []
      for (const reservation of reservations) released.push(await budgets.release(reservation))
      expect(released).toEqual([false, true, true])
      expect(await budgets.spent(session('s'), noon)).toBe(1)
    })

    test('days and months are those of UTC', async () => {
      const budgets = create()
      const charges = [charge(daily('a'), 10), charge(monthly('a'), 15)]
      const midnight = Date.UTC(2026, 1, 1)
      expect(await reserve(budgets, charges, 10, midnight - 1)).toBeDefined()
      expect(await reserve(budgets, charges, 10, midnight - 1)).toBeUndefined()
      expect(await reserve(budgets, charges, 10, midnight)).toBeDefined()
      expect(await budgets.reserve(charges, 10, midnight + day)).toMatchObject({
        exceeded: { account: monthly('a'), spentMicros: 10 }
      })
      expect(await reserve(budgets, charges, 5, midnight + day)).toBeDefined()
    })

    test('a reservation of yesterday gives nothing back today', async () => {
      const budgets = create()
      const charges = [charge(daily('a'), 10), charge(session('s'), 100)]
      const reservation = (await reserve(budgets, charges, 10)) as string
      await reserve(budgets, charges, 8, noon + day)
      expect(await budgets.release(reservation)).toBe(true)
      expect(await budgets.spent(daily('a'), noon + day)).toBe(8)
      expect(await budgets.spent(session('s'), noon + day)).toBe(8)
    })

    test('a clock that goes back begins no period again', async () => {
      const budgets = create()
      const charges = [charge(daily('a'), 10)]
      await reserve(budgets, charges, 10)
      await reserve(budgets, charges, 10, noon + day)
      for (const now of [noon, noon + day, noon - 40 * day]) {
        expect(await reserve(budgets, charges, 1, now)).toBeUndefined()
      }
      await budgets.sweep(1, noon + day)
      expect(await reserve(budgets, charges, 1, noon)).toBeUndefined()
    })

    test('record counts whatever the limits are, refund takes back down to 0', async () => {
      const budgets = create()
      await budgets.record([session('s'), daily('a')], 50, noon)
      expect(await reserve(budgets, [charge(session('s'), 10)], 0)).toBeUndefined()
      await budgets.refund([session('s'), session('new')], 45, noon)
      expect(await budgets.spent(session('s'), noon)).toBe(5)
      await budgets.refund([session('s')], 45, noon)
      expect(await budgets.spent(session('s'), noon)).toBe(0)
      expect(await budgets.spent(session('new'), noon)).toBe(0)
      expect(await budgets.spent(daily('a'), noon)).toBe(50)
    })

    test('what is swept is what was idle for longer, or is over', async () => {
      const budgets = create()
      const all = [session('old'), daily('a'), monthly('a')]
      await budgets.record(all, 1, noon)
      await budgets.record([session('s')], 1, noon + 1)
      expect(await budgets.sweep(0, noon + 1000)).toBe(0)
      expect(await budgets.sweep(1000, noon + 1000)).toBe(0)
      // The day and the month go on, however idle they are.
      expect(await budgets.sweep(1000, noon + 1001)).toBe(1)
      expect(await budgets.spent(session('old'), noon)).toBe(0)
      expect(await budgets.spent(session('s'), noon)).toBe(1)
      expect(await budgets.spent(monthly('a'), noon)).toBe(1)
      expect(await budgets.sweep(0, noon + 31 * day)).toBe(2)
    })

    test('a reservation of a swept session gives nothing back to a new one of that name', async () => {
      const budgets = create()
      const reservation = (await reserve(budgets, [charge(session('s'))], 10)) as string
      await budgets.sweep(1, noon + day)
      await reserve(budgets, [charge(session('s'))], 8, noon + day)
      await budgets.release(reservation)
      expect(await budgets.spent(session('s'), noon + day)).toBe(8)
    })

    test('sums stay exact, and stay at the largest exact number', async () => {
      const budgets = create()
      const most = Number.MAX_SAFE_INTEGER
      await budgets.record([session('s')], most - 1, noon)
      expect(await reserve(budgets, [charge(session('s'), most)], 2)).toBeUndefined()
      expect(await reserve(budgets, [charge(session('s'), most)], 1)).toBeDefined()
      await budgets.record([session('s')], most, noon)
      expect(await budgets.spent(session('s'), noon)).toBe(most)
    })

    test('what is no amount, no limit or no time is a RangeError and counts nothing', async () => {
      const budgets = create()
      const attempt = async (micros: number, limit?: number, now = noon) =>
        budgets.reserve([charge(session('s'), limit)], micros, now)
      await expect(attempt(-1)).rejects.toThrow(RangeError)
      await expect(attempt(0.5)).rejects.toThrow(RangeError)
      await expect(attempt(2 ** 53)).rejects.toThrow(RangeError)
      await expect(attempt(1, Number.NaN)).rejects.toThrow(RangeError)
      await expect(attempt(1, 1, Number.NaN)).rejects.toThrow(RangeError)
      await expect(attempt(1, 1, 9e15)).rejects.toThrow(RangeError)
      expect(await budgets.spent(session('s'), noon)).toBe(0)
    })

    describe('when it is full', () => {
      test('new accounts share one, and no known account is forgotten', async () => {
        const budgets = create({ maxAccounts: 20 })
        await reserve(budgets, [charge(session('victim'), 10)], 10)
        let spent = 0
        for (let at = 0; at < 200; at++) {
          if (await reserve(budgets, [charge(session(`s${at}`), 10)], 10)) spent += 10
        }
        expect(spent).toBeLessThanOrEqual(10 * 10)
        expect(spent).toBeGreaterThanOrEqual(10 * 5)
        expect(await reserve(budgets, [charge(session('victim'), 10)], 1)).toBeUndefined()
      })

      test('there is room left for other tenants and holders', async () => {
        const budgets = create({ maxAccounts: 20 })
        for (let at = 0; at < 100; at++) await reserve(budgets, [charge(session(`s${at}`), 1)], 1)
        for (const account of [
          daily('x'),
          daily('y'),
          session('x', 'other'),
          session('y', 'other')
        ]) {
          expect(await reserve(budgets, [charge(account, 1)], 1)).toBeDefined()
        }
      })

      test('two accounts that share one are charged once', async () => {
        const budgets = create({ maxAccounts: 6 })
        for (let at = 0; at < 20; at++) await budgets.record([session(`s${at}`)], 0, noon)
        for (let at = 0; at < 20; at++) await reserve(budgets, [charge(session(`s${at}`), 9)], 1)
        const spent = await budgets.spent(session('s18'), noon)
        await reserve(budgets, [charge(session('s18')), charge(session('s19'))], 1)
        expect(await budgets.spent(session('s18'), noon)).toBe(spent + 1)
      })

      test('a new day makes room', async () => {
        const budgets = create({ maxAccounts: 20 })
        for (let at = 0; at < 100; at++) await reserve(budgets, [charge(daily(`a${at}`), 1)], 1)
        expect(await reserve(budgets, [charge(daily('late'), 1)], 1)).toBeUndefined()
        for (let at = 0; at < 5; at++) {
          const charges = [charge(daily(`b${at}`), 1)]
          expect(await reserve(budgets, charges, 1, noon + day)).toBeDefined()
        }
      })
    })

    budgetsProperties(create)
  })
}
