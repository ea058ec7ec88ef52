import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGuessThrottle, type GuessThrottle, peerGroup } from '../src/index.ts'
import { Clock } from './clock.ts'

const second = 1000

/** Guesses wrong as often as the throttle lets it. Answers how often that was. */
function guess(throttle: GuessThrottle, peer: string, times: number, from = 0): number {
  let looked = 0
  for (let count = from; count < from + times; count++) {
    if (throttle.waitMs(peer) > 0) continue
    throttle.failed(peer, `guess ${count}`)
    looked++
  }
  return looked
}

describe('a throttle of guesses', () => {
  test('makes a peer wait after five wrong ones, each time twice as long, up to a minute', () => {
    const clock = new Clock()
    const throttle = createGuessThrottle({ now: clock.now })
    expect(guess(throttle, '192.0.2.1', 10)).toBe(5)
    const waits: number[] = []
    for (let count = 0; count < 8; count++) {
      const waitMs = throttle.waitMs('192.0.2.1')
      waits.push(waitMs / second)
      clock.pass(waitMs)
      expect(throttle.waitMs('192.0.2.1')).toBe(0)
      throttle.failed('192.0.2.1', `later ${count}`)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('leaves other peers alone', () => {
    const throttle = createGuessThrottle({ now: new Clock().now })
    guess(throttle, '192.0.2.1', 50)
    expect(throttle.waitMs('192.0.2.2')).toBe(0)
  })

  test('does not count the same guess again: a program with an old key is no attack', () => {
    const throttle = createGuessThrottle({ now: new Clock().now })
    for (let count = 0; count < 1000; count++) throttle.failed('192.0.2.1', 'old key')
    expect(throttle.waitMs('192.0.2.1')).toBe(0)
  })

  test('forgets after a quarter of an hour, and at once when a guess was right', () => {
    const clock = new Clock()
    const throttle = createGuessThrottle({ now: clock.now })
    guess(throttle, '192.0.2.1', 5)
    clock.pass(15 * 60 * second)
    expect(guess(throttle, '192.0.2.1', 10, 100)).toBe(5)
    throttle.succeeded('192.0.2.1')
    expect(throttle.waitMs('192.0.2.1')).toBe(0)
  })

  test('looks at two guesses a second, however many addresses they come from', () => {
    const clock = new Clock()
    const throttle = createGuessThrottle({ now: clock.now })
    let looked = 0
    for (let peer = 0; peer < 1000; peer++) looked += guess(throttle, `peer ${peer}`, 1)
    expect(looked).toBe(100)
    for (let step = 0; step < 60; step++) {
      clock.pass(second)
      for (let peer = 0; peer < 10; peer++) looked += guess(throttle, `later ${step} ${peer}`, 1)
    }
    expect(looked).toBe(100 + 120)
  })

  test('never keeps those out for others who were right before', () => {
    const throttle = createGuessThrottle({ now: new Clock().now })
    throttle.succeeded('198.51.100.7')
    for (let peer = 0; peer < 1000; peer++) guess(throttle, `peer ${peer}`, 1)
    expect(throttle.waitMs('203.0.113.9')).toBeGreaterThan(0)
    expect(throttle.isKnown('198.51.100.7')).toBe(true)
    expect(throttle.waitMs('198.51.100.7')).toBe(0)
  })

  test('never makes anybody wait for longer than a minute, whatever has happened', () => {
    const events = fc.array(
      fc.record({ peer: fc.nat(5), passMs: fc.nat(5000), guess: fc.string(), right: fc.boolean() }),
      { maxLength: 200 }
    )
    fc.assert(
      fc.property(events, (happened) => {
        const clock = new Clock()
        const throttle = createGuessThrottle({ now: clock.now, globalBurst: 20 })
        for (const { peer, passMs, guess: text, right } of happened) {
          const waitMs = throttle.waitMs(`${peer}`)
          expect(waitMs).toBeLessThanOrEqual(60 * second)
          if (waitMs === 0) right ? throttle.succeeded(`${peer}`) : throttle.failed(`${peer}`, text)
          clock.pass(passMs)
        }
        clock.pass(60 * second)
        for (let peer = 0; peer < 6; peer++) expect(throttle.waitMs(`${peer}`)).toBe(0)
      }),
      { numRuns: 50 }
    )
  })

  test('remembers at most so many peers, however many come', () => {
    const throttle = createGuessThrottle({ now: new Clock().now, globalBurst: 1e9, maxPeers: 100 })
    for (let peer = 0; peer < 50_000; peer++) {
      guess(throttle, `guilty ${peer}`, 1)
      throttle.succeeded(`known ${peer}`)
    }
    const known = Array.from({ length: 50_000 }, (_, peer) => throttle.isKnown(`known ${peer}`))
    expect(known.filter(Boolean).length).toBe(100)
    expect(known.slice(-100)).toEqual(Array(100).fill(true))
  })
})

describe('whose address it is', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['', ''],
    ['unix:/run/x', 'unix:/run/x']
  ])('%s is %s', (address, group) => {
    expect(peerGroup(address)).toBe(group)
  })

  test('is found for any text, in few characters', () => {
    const ipv6 = fc.ipV6()
    fc.assert(
      fc.property(fc.oneof(ipv6, fc.ipV4(), fc.string({ maxLength: 300 })), (text) => {
        expect(peerGroup(text).length).toBeLessThanOrEqual(64)
      })
    )
    fc.assert(fc.property(ipv6, (text) => !peerGroup(text).includes('NaN')))
  })
})
