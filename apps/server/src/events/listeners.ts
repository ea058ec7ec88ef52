import type { Channel } from './channel.ts'
import type { Subscriber } from './feed.ts'

/** A subscriber with how far it has come. */
export interface Listener extends Subscriber {
  readonly channel: Channel
  /** It has the events of all lines up to this one. */
  seq: number
  /** It has the first event of this line already. */
  partOf: number | undefined
  /**
   * `flowing`: it gets what comes. `blocked`: it took nothing for a while, and is given no more.
   * `reading`: it is given what it missed. `closed`: it is gone.
   */
  state: 'flowing' | 'blocked' | 'reading' | 'closed'
  blockedAt: number
  /** Whether it has had everything at some time: what it misses since, it was too slow for. */
  hasCaughtUp: boolean
  /** How many events the channel had when it last had everything, and how many it was given since. */
  accounted: number
  /** What it was given from the log since it last had everything. */
  readBack: { readonly events: number; readonly bytes: number }
}

/** The listeners of all tenants, each tenant with its channel. */
export interface Listeners {
  add(listener: Listener): void
  remove(listener: Listener): void
  /** The channel of a tenant; undefined if nobody listens. */
  channel(tenant: string): Channel | undefined
  channels(): Iterable<Channel>
  count(tenant?: string): number
  all(): Iterable<Listener>
}

/** Creates an empty set of listeners. */
export function createListeners(): Listeners {
  const tenants = new Map<string, Set<Listener>>()
  let count = 0
  return {
    add(listener) {
      const others = tenants.get(listener.tenant)
      if (others) others.add(listener)
      else tenants.set(listener.tenant, new Set([listener]))
      count++
    },
    remove(listener) {
      const others = tenants.get(listener.tenant)
      if (!others?.delete(listener)) return
      count--
      if (others.size === 0) tenants.delete(listener.tenant)
    },
    channel(tenant) {
      const [first] = tenants.get(tenant) ?? []
      return first?.channel
    },
    *channels() {
      for (const [first] of tenants.values()) if (first) yield first.channel
    },
    count: (tenant) => (tenant === undefined ? count : (tenants.get(tenant)?.size ?? 0)),
    *all() {
      for (const listeners of tenants.values()) yield* listeners
    }
  }
}
