/** Where those meet who ask at the same time. */
export interface Gather {
  /** Resolves for those who asked in one turn of the event loop together, when all that had arrived was read. */
  join(peer: string): Promise<void>
  /** Somebody has connected, and others may want to. */
  connected(): void
}

export interface GatherOptions {
  /** How many go on in one turn. More would keep everybody else waiting for too long. @defaultValue 128 */
  readonly mostTogether?: number
  /** How many while clients connect: Node accepts one of them in a turn, so that turns must be short. @defaultValue 8 */
  readonly mostWhileConnecting?: number
}

/**
 * Creates a place to meet.
 *
 * Those who go on together take each of their steps one behind the other, so that the processor finds the code of a
 * step in its cache: with 64 connections that is four more checks for every ten. Peers take turns, so that somebody
 * who asks for much at once waits behind himself alone.
 */
export function createGather({
  mostTogether = 128,
  mostWhileConnecting = 8
}: GatherOptions = {}): Gather {
  const waiting = new Map<string, (() => void)[]>()
  let isConnecting = false

  function release(): void {
    const together = take(waiting, isConnecting ? mostWhileConnecting : mostTogether)
    isConnecting = false
    if (waiting.size > 0) setImmediate(release)
    for (const goOn of together) goOn()
  }

  return {
    join: (peer) =>
      new Promise((resolve) => {
        if (waiting.size === 0) setImmediate(release)
        const queue = waiting.get(peer)
        if (queue) queue.push(resolve)
        else waiting.set(peer, [resolve])
      }),
    connected() {
      isConnecting = true
    }
  }
}

/**
 * Creates the place where requests take turns that are no checks. Each of them can be much more work than a check, such
 * as `/metrics` and `/openapi.json`, so that fewer of them make a turn.
 */
export function gatherOthers(): Gather {
  return createGather({ mostTogether: 32, mostWhileConnecting: 2 })
}

/** Takes so many out of some queues, of each in turn. One that is empty is forgotten. */
function take<T>(queues: Map<string, T[]>, most: number): readonly T[] {
  const taken: T[] = []
  for (const [key, queue] of queues) {
    // Back to the end, where the loop will come to it once more.
    queues.delete(key)
    const isAlone = queues.size === 0
    taken.push(...queue.splice(0, isAlone ? most - taken.length : 1))
    if (queue.length > 0) queues.set(key, queue)
    if (taken.length === most) break
  }
  return taken
}
