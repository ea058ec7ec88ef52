import { setImmediate as turn } from 'node:timers/promises'
import type { AuditStore } from '@agentguard/audit'
import type { ActionRequest, Approval } from '@agentguard/protocol'
import { createChannel } from './channel.ts'
import { createDelivery } from './delivery.ts'
import { type EventPlace, parseEventId } from './event-id.ts'
import { encodeFrame } from './frame.ts'
import { createIntake } from './intake.ts'
import { createEncodeLine } from './line-events.ts'
import { createListeners, type Listener } from './listeners.ts'
import { createReadBack } from './read-back.ts'
import type { LineListener } from './watch-store.ts'

/** Where the events of one subscriber go. */
export interface Sink {
  /** Sends some whole events. False if it should be given no more before it has called `drained`. */
  write(bytes: Buffer): boolean
  /** Ends the stream in good order. */
  end(): void
  /** Cuts it: whoever is there takes nothing. */
  cut(): void
}

/** One subscriber. */
export interface Subscription {
  /** The sink takes more again. */
  drained(): void
  /** The subscriber has gone. */
  close(): void
}

/** Who subscribes. */
export interface Subscriber {
  readonly tenant: string
  readonly sink: Sink
  /** What it had last, as it says. */
  readonly lastEventId?: string | undefined
  /** Whether it may still listen. Asked with every heartbeat. @defaultValue always */
  readonly isStillAllowed?: (() => boolean) | undefined
}

/** The live events of all tenants. */
export interface Feed extends LineListener {
  /** Starts sending; undefined if there are too many subscribers. */
  subscribe(subscriber: Subscriber): Subscription | undefined
  /** Tells everybody of something that is not in the log. */
  announce(name: 'health', data: Readonly<Record<string, unknown>>): void
  /** How many subscribers there are. */
  size(): number
  /** Ends all streams at once. */
  close(): void
}

/** What a feed is made of. */
export interface FeedOptions {
  /** Reads the log again, for those who were away. */
  readonly scan: AuditStore['scan']
  /** The approval that a line is about: what was asked is in no other place. */
  readonly findApproval: (tenant: string, id: string) => Promise<Approval | undefined>
  /** Takes secrets out of an action, as the log of the tenant does. */
  readonly redact: (tenant: string, action: ActionRequest) => ActionRequest
  readonly limits?: Partial<FeedLimits>
  /** Told how many events somebody did not get who should have, and why. */
  readonly onDropped?: (reason: DropReason, count: number) => void
  /** Told that there was no room for a subscriber. */
  readonly onRefused?: () => void
  /** Told what failed. */
  readonly onError?: (error: unknown) => void
  readonly now?: () => number
}

/**
 * `slow_consumer`: it took too little for too long. `too_old`: what it had last is too long ago.
 * `unknown_id`: what it had last is nothing of this log.
 */
export type DropReason = 'slow_consumer' | 'too_old' | 'unknown_id'

/** The bounds of a feed. */
export interface FeedLimits {
  readonly maxSubscribers: number
  /** Of one tenant, so that none takes all places. */
  readonly maxSubscribersPerTenant: number
  /** How often a comment is sent. */
  readonly heartbeatMs: number
  /** How long a subscriber may take nothing. */
  readonly stallMs: number
  /** How much somebody is given from the log before it is told that too much is gone. */
  readonly maxReadBackEvents: number
  readonly maxReadBackBytes: number
}

const defaults: FeedLimits = {
  maxSubscribers: 10_000,
  maxSubscribersPerTenant: 8000,
  heartbeatMs: 15_000,
  stallMs: 60_000,
  maxReadBackEvents: 10_000,
  maxReadBackBytes: 64 * 1_048_576
}

/** How many subscribers are served before others have their turn. */
const sliceSize = 200
/** The longest pause between two rounds, in milliseconds. Rounds take at most half of the time. */
const maxPauseMs = 100
/** How long a browser waits before it comes back. */
const retryMs = 2000

/**
 * Creates the live events of all tenants: the audit log, followed.
 *
 * A subscriber is a place in the log. What is new is encoded once and held for a while; who is behind
 * that, because it was away or took too little, reads it from the log. So nothing waits for anybody, and
 * nobody misses an event without being told: a `reset` says that there is a gap.
 */
export function createFeed(options: FeedOptions): Feed {
  const { onDropped = () => {}, onRefused = () => {}, onError = () => {}, now = Date.now } = options
  const limits = { ...defaults, ...options.limits }
  const encode = createEncodeLine(options)
  const listeners = createListeners()
  const intake = createIntake({ encode, listeners, onSettled: () => serve(), onError })
  const { settled } = intake
  const readBack = createReadBack(options.scan, encode)
  const { remove } = listeners
  const delivery = createDelivery({ readBack, settled, remove, onDropped, onError, now, limits })
  const heartbeat = setInterval(() => void beat().catch(onError), limits.heartbeatMs)
  heartbeat.unref()
  let isServing = false
  let isStale = false
  let isClosed = false

  /** Gives everybody what is new, in rounds. */
  function serve(): void {
    isStale = true
    if (isServing) return
    isServing = true
    void serveRounds().catch(onError)
  }

  async function serveRounds(): Promise<void> {
    try {
      while (isStale) {
        isStale = false
        const startedAt = performance.now()
        await inSlices(delivery.advance)
        const pauseMs = Math.min(performance.now() - startedAt, maxPauseMs)
        if (pauseMs > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    } finally {
      isServing = false
    }
  }

  /** Does something for everybody, with turns for others in between. */
  async function inSlices(serveOne: (listener: Listener) => void): Promise<void> {
    let served = 0
    for (const listener of listeners.all()) {
      try {
        serveOne(listener)
      } catch (error) {
        // One whose connection is odd must not keep the others from being served.
        onError(error)
        delivery.cut(listener)
      }
      if (++served % sliceSize === 0) await turn()
    }
  }

  async function beat(): Promise<void> {
    const stalledBefore = now() - limits.stallMs
    await inSlices((listener) => {
      if (listener.isStillAllowed?.() === false) delivery.end(listener)
      else delivery.beat(listener, stalledBefore)
    })
  }

  /** The place that an id stands for; undefined if it is none of this log. */
  function placeOf(id: string | undefined): EventPlace | undefined {
    const place = id ? parseEventId(id) : undefined
    return place && place.seq <= intake.head() ? place : undefined
  }

  function startAt(subscriber: Subscriber, { seq, part }: EventPlace): Listener {
    const channel = listeners.channel(subscriber.tenant) ?? createChannel(settled())
    return {
      ...subscriber,
      channel,
      // Of the line that it has half of, it is given the other half.
      seq: part ? seq - 1 : seq,
      partOf: part ? seq : undefined,
      state: 'flowing',
      blockedAt: 0,
      hasCaughtUp: false,
      accounted: channel.total(),
      readBack: { events: 0, bytes: 0 }
    }
  }

  function hasRoom(tenant: string): boolean {
    const { maxSubscribers, maxSubscribersPerTenant } = limits
    return listeners.count() < maxSubscribers && listeners.count(tenant) < maxSubscribersPerTenant
  }

  return {
    opened: intake.opened,
    take: intake.take,
    subscribe(subscriber) {
      if (isClosed) return undefined
      if (!hasRoom(subscriber.tenant)) {
        onRefused()
        return undefined
      }
      const { lastEventId } = subscriber
      const place = placeOf(lastEventId)
      const listener = startAt(subscriber, place ?? { seq: settled(), part: false })
      listeners.add(listener)
      const id = lastEventId ? '' : `id: ${settled()}\n`
      delivery.write(listener, Buffer.from(`retry: ${retryMs}\n${id}\n`))
      if (lastEventId && !place) delivery.reset(listener, 'unknown_id')
      delivery.advance(listener)
      return {
        drained: () => delivery.drained(listener),
        close: () => void delivery.forget(listener)
      }
    },
    announce(name, data) {
      const { bytes } = encodeFrame(settled(), [{ name, data: { type: name, ...data } }])
      for (const listener of listeners.all()) delivery.tell(listener, bytes)
    },
    size: () => listeners.count(),
    close() {
      isClosed = true
      isStale = false
      clearInterval(heartbeat)
      for (const listener of listeners.all()) delivery.end(listener)
    }
  }
}
