import { describe, expect, test } from 'vitest'
import type { Target } from '../src/target.ts'
import { asked } from './fixtures.ts'

/** What a target under test is made with: something that works, and something that fails. */
export interface TargetUnderTest {
  /** A target whose receiver takes everything, and what it received. */
  readonly working: () => { readonly target: Target; readonly received: readonly string[] }
  /** A target whose receiver fails. */
  readonly failing: () => Target
}

/** What every target does. */
export function targetContract(name: string, { working, failing }: TargetUnderTest): void {
  describe(`the target ${name}`, () => {
    const signal = new AbortController().signal
    const delivery = { ...asked, id: 'msg_1' }

    test('delivers, once for each attempt', async () => {
      const { target, received } = working()
      expect(await target.send(delivery, signal)).toEqual({ ok: true })
      expect(await target.send(delivery, signal)).toEqual({ ok: true })
      expect(received).toHaveLength(2)
      expect(received[0]).toBe(received[1])
      expect(received[0]).toContain('REQUIRE_APPROVAL')
    })

    test('answers or rejects when the receiver fails, and never says that it delivered', async () => {
      const sent = await failing()
        .send(delivery, signal)
        .catch(() => ({ ok: false }))
      expect(sent.ok).toBe(false)
    })

    test('does not change what it is given', async () => {
      const copy = structuredClone(delivery)
      await working().target.send(delivery, signal)
      expect(delivery).toEqual(copy)
    })
  })
}
