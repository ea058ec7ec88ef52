import { expect, test } from 'vitest'
import { heldBytes } from '../../../test/support/held-bytes.ts'
import { systemClock } from '../src/clock.ts'
import { createDeliveryQueue, type DeliveryQueueOptions } from '../src/delivery-queue.ts'
import type { Delivery } from '../src/notification.ts'
import type { Target } from '../src/target.ts'

const options: DeliveryQueueOptions = {
  clock: systemClock,
  random: () => 0,
  retry: { attempts: 1, firstMs: 1, maxMs: 1 } as unknown as DeliveryQueueOptions['retry'],
  maxWaiting: 1000,
  maxWaitingBytes: 10_000_000,
  onDelivered: () => {},
  onAttemptFailed: () => {},
  onGivenUp: () => {}
}

test('nothing is kept of what was delivered, however long the queue lives', async () => {
  const target = { send: async () => ({ ok: true }) } as unknown as Target
  const queue = createDeliveryQueue({ target, timeoutMs: 60_000 }, options)

  async function deliver(count: number): Promise<number> {
    for (let sent = 0; sent < count; sent += 500) {
      for (let each = 0; each < 500; each++) queue.push({} as Delivery)
      await queue.idle()
    }
    return await heldBytes()
  }

  const before = await deliver(5000)
  expect((await deliver(40_000)) - before).toBeLessThan(4 * 1_048_576)
})
