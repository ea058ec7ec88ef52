import type { AuditStore, StoredLine } from '@agentguard/audit'
import type { Frame } from './frame.ts'
import { type EncodeLine, type LogLine, tenantOfLine } from './line-events.ts'

/** Some events that were read from the log again. */
export interface ReadPage {
  readonly frames: readonly Frame[]
  /** Everything up to this line was looked at. */
  readonly upTo: number
  /** How much was read for it. */
  readonly bytes: number
}

/** Reads the events of a tenant behind a line of the log, a page at a time, not beyond another line. */
export type ReadBack = (tenant: string, after: number, upTo: number) => Promise<ReadPage>

/** About one piece: somebody slow takes a piece, and the rest is read again when it takes more. */
const pageBytes = 65_536
/** Looking for events that are far apart ends here; the next page goes on. */
const pageScanBytes = 4 * 1_048_576
const maxReaders = 4

/**
 * Creates what reads the log for those who were away.
 *
 * After a restart thousands come back at once with the same id: they share one reading, and at most
 * {@link maxReaders} readings are under way.
 */
export function createReadBack(scan: AuditStore['scan'], encode: EncodeLine): ReadBack {
  const underWay = new Map<string, Promise<ReadPage>>()
  const waiting: (() => void)[] = []
  let readers = 0

  async function read(tenant: string, after: number, upTo: number): Promise<ReadPage> {
    if (readers >= maxReaders) await new Promise<void>((resolve) => waiting.push(resolve))
    else readers++
    try {
      return await readPage(scan, encode, { tenant, after, upTo })
    } finally {
      const next = waiting.shift()
      if (next) next()
      else readers--
    }
  }

  return (tenant, after, upTo) => {
    const key = JSON.stringify([tenant, after])
    const known = underWay.get(key)
    if (known) return known
    const reading = read(tenant, after, upTo).finally(() => underWay.delete(key))
    underWay.set(key, reading)
    return reading
  }
}

interface Wanted {
  readonly tenant: string
  readonly after: number
  readonly upTo: number
}

async function readPage(
  scan: AuditStore['scan'],
  encode: EncodeLine,
  { tenant, after, upTo }: Wanted
): Promise<ReadPage> {
  const frames: Frame[] = []
  let [seen, found, bytes] = [after, 0, 0]
  const filter = linesOf(tenant)

  /** Takes a line in. Whether the page is full. */
  async function add({ position, text }: StoredLine): Promise<boolean> {
    const line = parseLine(text)
    const frame = line && filter.matches(line) ? await encode(line, position) : undefined
    if (frame) {
      frames.push(frame)
      found += frame.bytes.length
    }
    seen = position
    return found >= pageBytes
  }

  for await (const batch of scan({ filter, order: 'asc', after })) {
    bytes += batch.bytes
    for (const line of batch.lines) {
      if (line.position > upTo) return { frames, upTo, bytes }
      if (await add(line)) return { frames, upTo: seen, bytes }
    }
    if (bytes >= pageScanBytes) return { frames, upTo: seen, bytes }
  }
  return { frames, upTo, bytes }
}

/** Verdicts and events of a tenant. */
function linesOf(tenant: string) {
  return {
    keys: [undefined, tenant],
    since: undefined,
    until: undefined,
    mayMatch: () => true,
    matches: (line: LogLine) => tenantOfLine(line) === tenant
  }
}

/** A line that cannot be read has no events; whoever verifies the log hears of it. */
function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return undefined
  }
}
