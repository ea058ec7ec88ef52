import { peerGroup } from '@agentguard/access'
import type { ActionRequest } from '@agentguard/protocol'
import { memoryRateLimiter, type RateLimit } from '@agentguard/rate-limiter'
import type { Admitted, Asker } from '../answer-check.ts'
import { createFairShare } from './fair-share.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** Why somebody is not let in. */
export type RefusalReason =
  /** Too many connections are open. */
  | 'connections'
  /** The peer asks too often. */
  | 'peer_rate'
  /** Too much is worked on at once, by this peer or by all. */
  | 'in_flight'
  /** Too many wait for approvals. */
  | 'waiting'
  /** The bodies of requests use too much memory. */
  | 'body_memory'
  /** The agent asks too often. */
  | 'agent_rate'
  /** Too much of this agent is judged at once. */
  | 'agent_in_flight'

/** What a request is, as far as it matters for letting it in. */
export type RequestKind = 'check' | 'batch' | 'wait' | 'stream' | 'probe' | 'other'

export type Entered =
  | { readonly ok: true; readonly leave: () => void }
  | { readonly ok: false; readonly reason: RefusalReason; readonly retryAfterMs: number }

/** Who is let in, and how much they may use. Nobody can use so much that nothing is left for others. */
export interface Admission {
  /** A connection of an address. */
  connect(address: string): Entered
  /**
   * A request of a peer. Where there is no room, it waits for a moment, unless it goes; `onGone` is given what to call
   * then.
   */
  enter(
    peer: string,
    kind: RequestKind,
    onGone?: (leave: () => void) => void
  ): Entered | Promise<Entered>
  /** Memory for the body of a request of a peer. What is taken MUST be given back. */
  readonly bodies: {
    take(peer: string, bytes: number): boolean
    give(peer: string, bytes: number): void
  }
  /** An action of somebody who is known. */
  admitAction(asker: Asker, action: ActionRequest): Admitted
}

export interface AdmissionLimits {
  readonly maxConnections: number
  readonly maxInFlight: number
  readonly maxWaiting: number
  readonly maxBodyMemoryBytes: number
  /** Requests in a second; 0 is no bound. */
  readonly peerRate: number
  readonly agentRate: number
}

export interface AdmissionOptions extends AdmissionLimits {
  /** Told of every refusal. */
  readonly onRefused: (reason: RefusalReason, peer: string) => void
  /** Milliseconds from any start. @defaultValue performance.now */
  readonly now?: () => number
}

const soonMs = 1000
/** How long a request waits for room. More would be longer than some clients wait. */
const maxWaitMs = 1000
const letIn: Entered = { ok: true, leave: () => {} }

/** Creates the rules for who is let in. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { onRefused, now = () => performance.now() } = options
  const connections = createFairShare(options.maxConnections)
  const inFlight = createFairShare(options.maxInFlight)
  const room = createWaitingRoom(inFlight, maxWaitMs)
  const waiting = createFairShare(options.maxWaiting)
  const memory = createFairShare(options.maxBodyMemoryBytes)
  const agents = createFairShare(options.maxInFlight)
  const takeRate = createRates(now)

  function refused(reason: RefusalReason, peer: string, retryAfterMs = soonMs): Entered {
    onRefused(reason, peer)
    return { ok: false, reason, retryAfterMs }
  }

  function giveBack(key: string): void {
    inFlight.give(key, 1)
    room.next()
  }

  return {
    connect(address) {
      const key = peerGroup(address)
      if (!connections.take(key, 1)) return refused('connections', address)
      return { ok: true, leave: once(() => connections.give(key, 1)) }
    },
    enter(peer, kind, onGone = () => {}) {
      // Whoever looks after the server is told how it does, above all when it does badly.
      if (kind === 'probe') return letIn
      const key = peerGroup(peer)
      const waitMs = takeRate('peer', key, options.peerRate)
      if (waitMs > 0) return refused('peer_rate', peer, waitMs)
      // Streams have bounds of their own.
      if (kind === 'stream') return letIn
      if (kind === 'wait') {
        if (!waiting.take(key, 1)) return refused('waiting', peer)
        return { ok: true, leave: once(() => waiting.give(key, 1)) }
      }
      const entered = (): Entered => ({ ok: true, leave: once(() => giveBack(key)) })
      if (inFlight.take(key, 1)) return entered()
      return room.wait(key, onGone).then((isIn) => (isIn ? entered() : refused('in_flight', peer)))
    },
    bodies: {
      take(peer, bytes) {
        if (memory.take(peerGroup(peer), bytes)) return true
        onRefused('body_memory', peer)
        return false
      },
      give: (peer, bytes) => memory.give(peerGroup(peer), bytes)
    },
    admitAction({ tenant, principal, peer }, { agent_id }) {
      const key = JSON.stringify([tenant, principal.requestedBy ?? '', agent_id ?? ''])
      if (takeRate('agent', key, options.agentRate) > 0) {
        onRefused('agent_rate', peer)
        return { ok: false, reason: 'The agent asks too often; try again later' }
      }
      if (!agents.take(key, 1)) {
        onRefused('agent_in_flight', peer)
        return {
          ok: false,
          reason: 'Too many actions of this agent are judged already; try again later'
        }
      }
      return { ok: true, leave: once(() => agents.give(key, 1)) }
    }
  }
}

/** Takes one of a rate; returns after how many milliseconds one could pass, 0 if it did. */
function createRates(now: () => number): (kind: string, key: string, rate: number) => number {
  const limiter = memoryRateLimiter()
  const limits = new Map<number, RateLimit>()
  return (kind, key, rate) => {
    if (rate === 0) return 0
    let limit = limits.get(rate)
    if (!limit) {
      limit = { max: rate, windowMs: 1000, burst: 2 * rate }
      limits.set(rate, limit)
    }
    const take = limiter.take({ tenant: 'server', scope: kind, agent: key }, limit, now())
    return take.ok ? 0 : Math.max(1, take.retryAfterMs)
  }
}

function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
  }
}
