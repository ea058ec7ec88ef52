import { generateKeyPairSync } from 'node:crypto'
import { type AuditLog, type AuditStore, createSigner, openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import type { Approval, AuditEntry } from '@agentguard/protocol'
import { createFeed, type Feed, type FeedOptions, type Sink } from '../../src/events/feed.ts'
import { watchStore } from '../../src/events/watch-store.ts'

const signer = createSigner('test', generateKeyPairSync('ed25519').privateKey)

export interface OpenFeed {
  readonly feed: Feed
  readonly audit: AuditLog
  readonly store: AuditStore
  /** Events that were dropped, and failures. */
  readonly dropped: [reason: string, count: number][]
  readonly errors: unknown[]
  /** Writes a check down, and resolves to its number. */
  check(entry?: Partial<AuditEntry>): Promise<number>
}

/** A feed over a log in memory. */
export async function openFeed(
  options: Partial<FeedOptions> & { readonly approvals?: readonly Approval[] } = {}
): Promise<OpenFeed> {
  const store = memoryAuditStore()
  const dropped: [string, number][] = []
  const errors: unknown[] = []
  const feed = createFeed({
    scan: (scan) => store.scan(scan),
    findApproval: async (_, id) => options.approvals?.find((one) => one.id === id),
    redact: (_, action) => action,
    onDropped: (reason, count) => dropped.push([reason, count]),
    onError: (error) => errors.push(error),
    ...options
  })
  const audit = await openAuditLog({
    store: watchStore(store, [feed]),
    signer,
    redact: (text) => text.replaceAll('hunter2', '[REDACTED]'),
    budget: false
  })
  return {
    feed,
    audit,
    store,
    dropped,
    errors,
    async check(entry = {}) {
      return (await audit.append(checkEntry(entry))).seq
    }
  }
}

/** An entry of the log. */
export function checkEntry(entry: Partial<AuditEntry> = {}): AuditEntry {
  return {
    timestamp: '2026-11-22T07:02:56.180Z',
    session_id: '',
    agent_id: 'helper',
    request: { schema_version: 'v1', scope: 'shell', command: 'ls', agent_id: 'helper' },
    result: { schema_version: 'v1', decision: 'ALLOW', reason: 'Allowed by shell rule' },
    duration_ms: 0,
    transport: 'sdk',
    ...entry
  }
}

/** An event as a reader of the stream gets it. */
export interface ReadEvent {
  readonly event: string
  readonly id: string
  readonly data: Record<string, unknown>
}

/** A subscriber that keeps what it is given. */
export interface TestSink extends Sink {
  /** All that was written. */
  text(): string
  events(): ReadEvent[]
  /** Resolves to the events when there are so many. */
  received(count: number): Promise<ReadEvent[]>
  /** Whether it takes more. */
  isOpen: boolean
  ended: 'no' | 'end' | 'cut'
}

export function createSink(): TestSink {
  let text = ''
  let waiting: (() => void)[] = []
  const events = (): ReadEvent[] => parseEvents(text)
  return {
    isOpen: true,
    ended: 'no',
    write(bytes) {
      text += bytes.toString()
      for (const wake of waiting.splice(0)) wake()
      return this.isOpen
    },
    end() {
      this.ended = 'end'
    },
    cut() {
      this.ended = 'cut'
    },
    text: () => text,
    events,
    async received(count) {
      while (events().length < count) await new Promise<void>((resolve) => waiting.push(resolve))
      waiting = []
      return events()
    }
  }
}

/** What an `EventSource` makes of a text: only whole blocks with data are events. */
export function parseEvents(text: string): ReadEvent[] {
  const found: ReadEvent[] = []
  let id = ''
  for (const block of text.split('\n\n').slice(0, -1)) {
    let [event, data] = ['message', '']
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) id = line.slice(4)
      if (line.startsWith('event: ')) event = line.slice(7)
      if (line.startsWith('data: ')) data = line.slice(6)
    }
    if (data !== '') found.push({ event, id, data: JSON.parse(data) })
  }
  return found
}
