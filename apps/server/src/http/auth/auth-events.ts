import { type Need, peerGroup } from '@agentguard/access'
import type { RefusalCode } from './refusal.ts'

/** Something about who uses the server that its log should hold. No event holds a secret. */
export type AuthEvent =
  | (Refused & {
      readonly type: 'refused'
      /** How often this has happened, to this address, in the last minute. */
      readonly count: number
    })
  | {
      readonly type: 'login'
      readonly peer: string
      readonly session: string
      /** Whose credential it was, or `key`. */
      readonly name: string
      readonly role: string
    }
  | { readonly type: 'logout'; readonly peer: string; readonly session: string }

export interface Refused {
  readonly code: RefusalCode
  readonly peer: string
  /** What was wanted; `login` is to sign in. */
  readonly need: Need | 'login'
  readonly tenant: string
  /** Whose credential it was, where that is known. */
  readonly name?: string
}

export interface AuthEventOptions {
  /** Told of every refusal, to count it. */
  readonly onRefusal?: ((refused: Refused) => void) | undefined
  /** Told of what is worth a line in a log. A flood is told in few events: the 1st, 10th, 100th, … of its kind. */
  readonly onEvent?: ((event: AuthEvent) => void) | undefined
  /** Told of errors of the store of the credentials. */
  readonly onFault?: ((error: unknown) => void) | undefined
  /** Milliseconds from any start. @defaultValue performance.now */
  readonly now?: (() => number) | undefined
}

/** Where the gate tells what happens at it. */
export interface AuthEvents {
  refused(refused: Refused): void
  happened(event: Exclude<AuthEvent, { type: 'refused' }>): void
  failed(error: unknown): void
}

const windowMs = 60_000
const maxKinds = 1024
const maxEventsPerWindow = 300

/** Creates what thins out events, so that who is refused cannot fill a log. Bounded in memory. */
export function createAuthEvents({
  onRefusal = () => {},
  onEvent = () => {},
  onFault = () => {},
  now = () => performance.now()
}: AuthEventOptions): AuthEvents {
  const counts = new Map<string, number>()
  let startedAt = now()
  let told = 0

  /** How often it has happened now, and whether that is worth an event. */
  function count(kind: string): { readonly count: number; readonly isWorth: boolean } {
    const at = now()
    if (at - startedAt >= windowMs) {
      counts.clear()
      startedAt = at
      told = 0
    }
    // Of more kinds than that nobody reads; they are counted as one.
    const key = counts.has(kind) || counts.size < maxKinds ? kind : 'others'
    const found = (counts.get(key) ?? 0) + 1
    counts.set(key, found)
    const isWorth = told < maxEventsPerWindow && /^10*$/.test(String(found))
    if (isWorth) told++
    return { count: found, isWorth }
  }

  return {
    refused(refused) {
      onRefusal(refused)
      const { code, peer, name = '', need } = refused
      const seen = count(JSON.stringify([code, peerGroup(peer), name, need === 'login']))
      if (seen.isWorth) onEvent({ type: 'refused', ...refused, count: seen.count })
    },
    happened: onEvent,
    failed: onFault
  }
}
