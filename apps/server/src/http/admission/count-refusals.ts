import type { RefusalReason } from './admission.ts'

/** What is counted: who was not let in, and whose body was too large. */
type CountedRefusal = RefusalReason | 'body_too_large'

/** Counts refusals, and sums them up in one line from time to time: a flood must not fill the log. */
export interface RefusalCounts {
  refused(reason: CountedRefusal, peer: string): void
  /** Writes what has been counted, if anything, and stops. */
  close(): void
}

export interface RefusalCountsOptions {
  /** Writes down how many were refused, by reason and by peer. */
  readonly note: (detail: Readonly<Record<string, unknown>>) => void
  /** Told of each, to count it. */
  readonly onRefused?: ((reason: CountedRefusal) => void) | undefined
  /** @defaultValue a minute */
  readonly intervalMs?: number
}

/** How many peers are told apart, and how many are named. */
const maxPeers = 1000
const namedPeers = 10

export function createRefusalCounts({
  note,
  onRefused = () => {},
  intervalMs = 60_000
}: RefusalCountsOptions): RefusalCounts {
  let reasons = new Map<CountedRefusal, number>()
  let peers = new Map<string, number>()

  function sumUp(): void {
    if (reasons.size === 0) return
    const most = [...peers].sort(([, one], [, other]) => other - one).slice(0, namedPeers)
    note({ reasons: Object.fromEntries(reasons), peers: Object.fromEntries(most) })
    reasons = new Map()
    peers = new Map()
  }

  const timer = setInterval(sumUp, intervalMs)
  timer.unref()
  return {
    refused(reason, peer) {
      onRefused(reason)
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      const known = peers.get(peer)
      if (known !== undefined || peers.size < maxPeers) peers.set(peer, (known ?? 0) + 1)
    },
    close() {
      clearInterval(timer)
      sumUp()
    }
  }
}
