import type { SealedLine } from '@agentguard/audit'
import { type EncodeLine, tenantOfLine } from './line-events.ts'
import type { Listeners } from './listeners.ts'
import type { LineListener } from './watch-store.ts'

/** Makes events of new lines, for the tenants that somebody listens to. */
export interface Intake extends LineListener {
  /** The last line of the log. */
  head(): number
  /** The last line whose events are in the channels. */
  settled(): number
}

export interface IntakeDeps {
  readonly encode: EncodeLine
  readonly listeners: Listeners
  /** Told that there are new events. */
  readonly onSettled: () => void
  readonly onError: (error: unknown) => void
}

/** How many lines wait to be made into events. Beyond that, everybody reads them from the log. */
const maxWaiting = 1024

/** Creates an intake. While nobody listens, it costs nothing. */
export function createIntake({ encode, listeners, onSettled, onError }: IntakeDeps): Intake {
  let head = -1
  let settled = -1
  let waiting: SealedLine[] = []
  let isRunning = false

  async function run(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const lines = waiting
        waiting = []
        for (const line of lines) {
          const encoding = encodeLine(line)
          // Waiting for what is there already would cost a turn for each line.
          if (encoding) await encoding
          settled = Math.max(settled, line.seq)
        }
        onSettled()
      }
    } finally {
      isRunning = false
    }
  }

  function encodeLine({ line, seq }: SealedLine): Promise<void> | undefined {
    const channel = listeners.channel(tenantOfLine(line))
    if (!channel || seq <= settled) return undefined
    // Its event cannot be told now. Who reads it from the log may have more luck.
    const failed = (error: unknown): void => {
      onError(error)
      channel.clear(seq)
    }
    try {
      const frame = encode(line, seq)
      if (!(frame instanceof Promise)) {
        if (frame) channel.push(frame)
        return undefined
      }
      return frame.then((ready) => {
        // Otherwise everybody reads it from the log.
        if (ready && seq > settled) channel.push(ready)
      }, failed)
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  function skipTo(seq: number): void {
    waiting = []
    settled = seq
    for (const channel of listeners.channels()) channel.clear(seq)
  }

  return {
    head: () => head,
    settled: () => settled,
    opened(size) {
      head = size - 1
      skipTo(head)
    },
    take(lines) {
      head = lines.at(-1)?.seq ?? head
      if (listeners.count() === 0 && !isRunning) {
        settled = head
        return
      }
      waiting.push(...lines)
      if (waiting.length > maxWaiting) skipTo(head)
      if (isRunning) return
      isRunning = true
      void run().catch(onError)
    }
  }
}
