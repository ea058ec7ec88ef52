import type { Frame } from './frame.ts'

/** The latest events of one tenant, for as long as somebody listens. Bounded. */
export interface Channel {
  /** Every event of a line behind this one is here. */
  coveredFrom(): number
  /** How many events there have been. */
  total(): number
  /** Adds the events of the next line. */
  push(frame: Frame): void
  /** Holds nothing any more: what comes next is behind this line. */
  clear(seq: number): void
  /** The events behind a line, as few bytes as possible beyond the wanted, in pieces that are shared. */
  after(seq: number): Batch | undefined
}

/** Some events in one piece. */
export interface Batch {
  readonly bytes: Buffer
  /** The last line that it holds events of. */
  readonly seq: number
  readonly events: number
  readonly frames: readonly Frame[]
}

const maxFrames = 1024
const maxBytes = 1_048_576
/** How much is sent in one piece, about. A piece may wait in the socket of somebody slow. */
const batchBytes = 65_536

/** Creates a channel that begins behind a line. */
export function createChannel(start: number): Channel {
  let frames: Frame[] = []
  let held = 0
  let covered = start
  let total = 0
  /** The last batch that was asked for: nearly always, the next who asks wants the same. */
  let latest: { readonly after: number; readonly end: number; readonly batch: Batch } | undefined

  function shrink(): void {
    let drop = 0
    while (frames.length - drop > maxFrames || held > maxBytes) {
      const frame = frames[drop++] as Frame
      held -= frame.bytes.length
      covered = frame.seq
    }
    if (drop > 0) frames = frames.slice(drop)
  }

  return {
    coveredFrom: () => covered,
    total: () => total,
    push(frame) {
      frames.push(frame)
      held += frame.bytes.length
      total += frame.events
      // Not at each: moving all of them costs time.
      if (frames.length > maxFrames * 1.25 || held > maxBytes) shrink()
    },
    clear(seq) {
      frames = []
      held = 0
      covered = seq
    },
    after(seq) {
      const end = frames.at(-1)?.seq
      if (end === undefined || end <= seq) return undefined
      if (latest?.after === seq && latest.end === end) return latest.batch
      const batch = join(frames, firstAfter(frames, seq))
      latest = { after: seq, end, batch }
      return batch
    }
  }
}

/** The first of some frames, up to a good size, in one piece. */
export function join(frames: readonly Frame[], from = 0): Batch {
  let [at, size, events] = [from, 0, 0]
  while (at < frames.length && (at === from || size < batchBytes)) {
    const frame = frames[at++] as Frame
    size += frame.bytes.length
    events += frame.events
  }
  const taken = frames.slice(from, at)
  const [first] = taken
  const bytes =
    taken.length === 1 && first ? first.bytes : Buffer.concat(taken.map(({ bytes }) => bytes))
  return { bytes, seq: taken.at(-1)?.seq ?? -1, events, frames: taken }
}

/** The place of the first frame behind a line. */
function firstAfter(frames: readonly Frame[], seq: number): number {
  let [low, high] = [0, frames.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((frames[middle] as Frame).seq > seq) high = middle
    else low = middle + 1
  }
  return low
}
