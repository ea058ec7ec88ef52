import { type LogLine, timeOf } from '../chain/log-line.ts'
import type { LineFilter } from '../query/audit-filter.ts'
import { type LineKeys, lineKeys } from '../query/line-keys.ts'
import { sortableTime } from '../query/sortable-time.ts'
import { bloomFilter, mayHave } from './bloom-filter.ts'

/** Some lines of a file that stand one behind the other, and what is in them. */
export interface Block {
  /** Where it starts, and how many bytes it has, in the file with the lines. */
  readonly offset: number
  readonly bytes: number
  readonly lines: number
  /** The earliest and the latest time in it. */
  readonly from: string
  readonly to: string
  /** What its lines can be found by. `undefined` while lines are added to it. */
  readonly keys: Uint8Array | undefined
}

/** Knows what is in each block of a file, so that a search can pass over most of them. */
export interface BlockIndex {
  /** Takes in the next line; `undefined` when it could not be read. */
  add(line: LogLine | undefined, bytes: number): void
  blocks(): readonly Block[]
  /** How many lines there are. */
  lines(): number
  /** The earliest time in the first block, in sortable form. */
  startedAt(): string
  /** Makes the last block ready for searches: no more lines are added. */
  close(): void
}

/** Large enough that few are needed, small enough to be read at once. */
const blockBytes = 262_144

export function createBlockIndex(): BlockIndex {
  const closed: Block[] = []
  let lineCount = 0
  let open = emptyBlock(0)
  return {
    add(line, bytes) {
      if (open.bytes > 0 && open.bytes + bytes > blockBytes) {
        closed.push(closeBlock(open))
        open = emptyBlock(open.offset + open.bytes)
      }
      lineCount++
      open.lines++
      open.bytes += bytes
      if (line) addKeys(open, line)
    },
    blocks() {
      const { words, last, ...block } = open
      return open.lines === 0 ? closed : [...closed, { ...block, keys: undefined }]
    },
    lines: () => lineCount,
    startedAt: () => (closed[0] ?? open).from,
    close() {
      if (open.lines === 0) return
      closed.push(closeBlock(open))
      open = emptyBlock(open.offset + open.bytes)
    }
  }
}

/** Whether lines of a block may match. */
export function mayHoldMatch({ from, to, keys }: Block, filter: LineFilter): boolean {
  if (filter.since !== undefined && to < filter.since) return false
  if (filter.until !== undefined && from >= filter.until) return false
  if (keys === undefined) return true
  return filter.keys.every((key, name) => key === undefined || mayHave(keys, wordOf(name, key)))
}

interface OpenBlock {
  readonly offset: number
  bytes: number
  lines: number
  from: string
  to: string
  readonly words: Set<string>
  /** The keys of the line before: most lines share most of theirs with it. */
  last: LineKeys
}

/** Behind every time. */
const endOfTime = '~'

function emptyBlock(offset: number): OpenBlock {
  return { offset, bytes: 0, lines: 0, from: endOfTime, to: '', words: new Set(), last: [] }
}

function closeBlock({ words, last, ...block }: OpenBlock): Block {
  return { ...block, keys: bloomFilter(words) }
}

function addKeys(block: OpenBlock, line: LogLine): void {
  const keys = lineKeys(line)
  for (let name = 0; name < keys.length; name++) {
    const key = keys[name]
    if (key !== undefined && key !== block.last[name]) block.words.add(wordOf(name, key))
  }
  block.last = keys
  const time = sortableTime(String(timeOf(line)))
  if (time === undefined) return
  if (time < block.from) block.from = time
  if (time > block.to) block.to = time
}

/** A key with its name, as one word. */
function wordOf(name: number, key: string): string {
  return `${name}=${key}`
}
