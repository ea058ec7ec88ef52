import { type Batch, join } from './channel.ts'
import type { DropReason, FeedLimits } from './feed.ts'
import { encodeFrame } from './frame.ts'
import type { Listener } from './listeners.ts'
import type { ReadBack, ReadPage } from './read-back.ts'

/** Gives subscribers what they have not got, as far as they take it. */
export interface Delivery {
  /** Gives a subscriber everything behind its place. */
  advance(listener: Listener): void
  /** Sends whole events. False if the subscriber is given no more for now. */
  write(listener: Listener, bytes: Buffer): boolean
  /** Sends something that is not in the log, unless the subscriber is behind. */
  tell(listener: Listener, bytes: Buffer): void
  /** Sends a sign of life; cuts who has taken nothing since a time. */
  beat(listener: Listener, stalledBefore: number): void
  /** Tells a subscriber that it misses what happened before now. */
  reset(listener: Listener, reason: DropReason): void
  drained(listener: Listener): void
  end(listener: Listener): void
  /** Cuts a subscriber, so that it comes back with the id of what it had last. */
  cut(listener: Listener): void
  /** The subscriber has gone by itself. */
  forget(listener: Listener): boolean
}

export interface DeliveryDeps {
  readonly readBack: ReadBack
  /** The last line whose events are in the channels. */
  readonly settled: () => number
  readonly remove: (listener: Listener) => void
  readonly onDropped: (reason: DropReason, count: number) => void
  readonly onError: (error: unknown) => void
  readonly now: () => number
  readonly limits: Pick<FeedLimits, 'maxReadBackEvents' | 'maxReadBackBytes'>
}

/** Creates the delivery. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { readBack, settled, onDropped, onError, now, limits } = deps

  function advance(listener: Listener): void {
    const { channel } = listener
    while (listener.state === 'flowing') {
      if (listener.seq < channel.coveredFrom()) {
        readMissed(listener).catch((error) => {
          onError(error)
          cut(listener)
        })
        return
      }
      const batch = channel.after(listener.seq)
      if (!batch) {
        listener.hasCaughtUp = true
        listener.accounted = channel.total()
        listener.readBack = { events: 0, bytes: 0 }
        return
      }
      send(listener, batch)
    }
  }

  function send(listener: Listener, { bytes, frames, seq, events }: Batch): boolean {
    const [first] = frames
    const isPartly = first !== undefined && listener.partOf === first.seq
    listener.partOf = undefined
    listener.seq = seq
    listener.accounted += events
    return write(listener, isPartly ? bytes.subarray(first.lastAt) : bytes)
  }

  function write(listener: Listener, bytes: Buffer): boolean {
    if (listener.sink.write(bytes)) return true
    if (listener.state !== 'closed') listener.state = 'blocked'
    listener.blockedAt = now()
    return false
  }

  /** Gives a subscriber from the log what is no longer at hand. */
  async function readMissed(listener: Listener): Promise<void> {
    const { channel } = listener
    listener.state = 'reading'
    while (isReading(listener) && listener.seq < channel.coveredFrom()) await readPage(listener)
    if (!isReading(listener)) return
    listener.state = 'flowing'
    advance(listener)
  }

  async function readPage(listener: Listener): Promise<void> {
    if (isTooMuch(listener)) {
      reset(listener, listener.hasCaughtUp ? 'slow_consumer' : 'too_old')
      return
    }
    const page = await readBack(listener.tenant, listener.seq, settled())
    if (isReading(listener)) givePage(listener, page)
  }

  function isTooMuch({ readBack: { events, bytes } }: Listener): boolean {
    return events >= limits.maxReadBackEvents || bytes >= limits.maxReadBackBytes
  }

  function givePage(listener: Listener, { frames, bytes, upTo }: ReadPage): void {
    const before = listener.readBack
    const events = frames.reduce((sum, frame) => sum + frame.events, 0)
    listener.readBack = { events: before.events + events, bytes: before.bytes + bytes }
    for (let at = 0; at < frames.length; ) {
      const batch = join(frames, at)
      at += batch.frames.length
      // The rest is read again: holding it for each that is slow would take memory.
      if (!send(listener, batch)) return
    }
    listener.seq = Math.max(listener.seq, upTo)
  }

  function reset(listener: Listener, reason: DropReason): void {
    onDropped(reason, missedBy(listener))
    listener.seq = settled()
    listener.partOf = undefined
    listener.readBack = { events: 0, bytes: 0 }
    const data = { type: 'reset', timestamp: new Date(now()).toISOString(), reason }
    write(listener, encodeFrame(listener.seq, [{ name: 'reset', data }]).bytes)
  }

  function cut(listener: Listener): void {
    if (forget(listener)) listener.sink.cut()
  }

  function forget(listener: Listener): boolean {
    if (listener.state === 'closed') return false
    listener.state = 'closed'
    deps.remove(listener)
    return true
  }

  return {
    advance,
    cut,
    write,
    reset,
    forget,
    tell(listener, bytes) {
      advance(listener)
      if (listener.state === 'flowing') write(listener, bytes)
    },
    beat(listener, stalledBefore) {
      if (listener.state === 'blocked' && listener.blockedAt <= stalledBefore) {
        onDropped('slow_consumer', missedBy(listener))
        cut(listener)
        return
      }
      advance(listener)
      if (listener.state !== 'flowing') return
      listener.seq = settled()
      // A comment, and an id without data: no event, but the place from which to go on.
      write(listener, Buffer.from(`:\nid: ${listener.seq}\n\n`))
    },
    drained(listener) {
      if (listener.state !== 'blocked') return
      listener.state = 'flowing'
      advance(listener)
    },
    end(listener) {
      if (forget(listener)) listener.sink.end()
    }
  }
}

/** A function, since the state changes behind the back of the type checker. */
function isReading(listener: Listener): boolean {
  return listener.state === 'reading'
}

function missedBy({ channel, accounted }: Listener): number {
  return Math.max(1, channel.total() - accounted)
}
