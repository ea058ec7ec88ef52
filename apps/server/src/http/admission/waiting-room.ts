import type { FairShare } from './fair-share.ts'

/** Where those wait for whom there is no room in a share. */
export interface WaitingRoom {
  /**
   * Takes one for somebody as soon as there is room, who MUST give it back. Resolves to false when that takes too long,
   * or when they have gone. `onGone` is given what to call when they go.
   */
  wait(key: string, onGone: (leave: () => void) => void): Promise<boolean>
  /** To be called whenever somebody has given one back. */
  next(): void
}

/** How many of those who wait are looked at when one has become free: some have all that they may. */
const lookedAt = 8

/** Creates a waiting room. Those with different keys take turns; who has one key comes in the order of arrival. */
export function createWaitingRoom(share: FairShare, maxWaitMs: number): WaitingRoom {
  const queues = new Map<string, Set<(isIn: boolean) => void>>()

  function remove(key: string, waiter: (isIn: boolean) => void): void {
    const queue = queues.get(key)
    queue?.delete(waiter)
    if (queue?.size === 0) queues.delete(key)
  }

  return {
    wait: (key, onGone) =>
      new Promise((resolve) => {
        const waiter = (isIn: boolean): void => {
          clearTimeout(timer)
          remove(key, waiter)
          resolve(isIn)
        }
        const timer = setTimeout(waiter, maxWaitMs, false)
        onGone(() => waiter(false))
        const queue = queues.get(key)
        if (queue) queue.add(waiter)
        else queues.set(key, new Set([waiter]))
      }),
    next() {
      let looked = 0
      for (const [key, queue] of queues) {
        if (++looked > lookedAt) return
        // Back to the end: others are looked at first next time.
        queues.delete(key)
        queues.set(key, queue)
        const [first] = queue
        if (!first || !share.take(key, 1)) continue
        first(true)
        return
      }
    }
  }
}
