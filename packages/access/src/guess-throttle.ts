import { hash } from 'node:crypto'
import { peerGroup } from './peer-group.ts'

export interface GuessThrottleOptions {
  /** Milliseconds from any start, by a clock that nobody sets. @defaultValue `performance.now` */
  readonly now?: () => number
  /** How many wrong guesses one peer has before it has to wait. @defaultValue 5 */
  readonly freeGuesses?: number
  /** The longest that one peer has to wait. @defaultValue 60 s */
  readonly maxWaitMs?: number
  /** How long after its last wrong guess a peer is forgotten. @defaultValue 15 min */
  readonly forgetMs?: number
  /** How many wrong guesses all peers together have at once. @defaultValue 100 */
  readonly globalBurst?: number
  /** How many more they have in a second. @defaultValue 2 */
  readonly globalPerSecond?: number
  /** How many peers are remembered, of those that guessed wrong and of those that knew. @defaultValue 4096 */
  readonly maxPeers?: number
}

/** Slows down who guesses secrets that people have chosen. Bounded in memory, whoever comes. */
export interface GuessThrottle {
  /** How long this peer has to wait before its guess may be looked at, in milliseconds; 0 is not at all. */
  waitMs(peer: string): number
  /**
   * A guess was looked at, and wrong. The same guess again is none: it comes from a program that was forgotten
   * when the secret changed.
   */
  failed(peer: string, guess: string): void
  /** A guess was looked at, and right. */
  succeeded(peer: string): void
  /** Whether this peer was right not long ago: among the last `maxPeers` that were. */
  isKnown(peer: string): boolean
}

const firstWaitMs = 1_000

/** How many wrong guesses of a peer are remembered, as digests. */
const maxGuesses = 8

interface Guilty {
  readonly failures: number
  readonly at: number
  /** Digests, the last of them at the end. */
  readonly guesses: readonly string[]
}

/**
 * Creates a throttle with two parts. One peer that guesses wrong waits, each time twice as long. All peers
 * together have so many wrong guesses a second, so that many addresses do not help; a peer that was right before
 * is exempt from that, and a guess that has to wait is neither looked at nor counted. So nobody can keep those
 * out who know the secret, and nobody is kept out for longer than `maxWaitMs` after having stopped to guess.
 */
export function createGuessThrottle(options: GuessThrottleOptions = {}): GuessThrottle {
  const {
    now = () => performance.now(),
    freeGuesses = 5,
    maxWaitMs = 60_000,
    forgetMs = 15 * 60_000,
    globalBurst = 100,
    globalPerSecond = 2,
    maxPeers = 4096
  } = options
  /** Those that guessed wrong, the last of them at the end. */
  const guilty = new Map<string, Guilty>()
  /** Those that were right, the last of them at the end. */
  const known = new Set<string>()
  let tokens = globalBurst
  let refilledAt = now()

  function refill(at: number): void {
    tokens = Math.min(globalBurst, tokens + ((at - refilledAt) * globalPerSecond) / 1000)
    refilledAt = at
  }

  function ownWaitMs(group: string, at: number): number {
    const record = guilty.get(group)
    if (!record || record.failures < freeGuesses) return 0
    const since = at - record.at
    if (since >= forgetMs) return 0
    const exponent = Math.min(record.failures - freeGuesses, 30)
    return Math.max(0, Math.min(maxWaitMs, firstWaitMs * 2 ** exponent) - since)
  }

  return {
    waitMs(peer) {
      const at = now()
      const group = peerGroup(peer)
      refill(at)
      const all = tokens >= 1 || known.has(group) ? 0 : ((1 - tokens) * 1000) / globalPerSecond
      return Math.ceil(Math.max(ownWaitMs(group, at), all))
    },
    failed(peer, guess) {
      const at = now()
      const group = peerGroup(peer)
      const digest = hash('sha256', guess)
      const found = guilty.get(group)
      const before = found && at - found.at < forgetMs ? found : innocent
      if (before.guesses.includes(digest)) return
      refill(at)
      tokens = Math.max(0, tokens - 1)
      guilty.delete(group)
      const guesses = [...before.guesses, digest].slice(-maxGuesses)
      const record = { failures: before.failures + 1, at, guesses }
      addBounded(guilty, maxPeers, () => guilty.set(group, record))
    },
    succeeded(peer) {
      const group = peerGroup(peer)
      guilty.delete(group)
      known.delete(group)
      addBounded(known, maxPeers, () => known.add(group))
    },
    isKnown: (peer) => known.has(peerGroup(peer))
  }
}

const innocent: Guilty = { failures: 0, at: 0, guesses: [] }

/** Adds something; who has been there longest makes room. */
function addBounded(
  held: Map<string, unknown> | Set<string>,
  maxSize: number,
  add: () => void
): void {
  if (held.size >= maxSize) {
    const oldest = held.keys().next().value
    if (oldest !== undefined) held.delete(oldest)
  }
  add()
}
