import { createHash } from 'node:crypto'
import { type ChainHead, emptyChain } from '../chain/chain.ts'
import { isMetaLine, type LogLine } from '../chain/log-line.ts'
import { parseLine } from '../query/parse-line.ts'
import { TreeFrontier } from '../tree/tree-frontier.ts'
import { type RawLine, rawLines } from '../verify/raw-lines.ts'
import { type BlockIndex, createBlockIndex } from './block-index.ts'

/** What a file of a log holds, as far as its lines say so: nothing is verified here. */
export interface ScannedFile {
  readonly index: BlockIndex
  readonly bytes: number
  /** The lines before the first sealed one. */
  readonly unsealed: { readonly lines: number; readonly bytes: number; readonly sha256: string }
  /** The number of the first sealed line. */
  readonly firstSeq: number | undefined
  /** Whether that line says that there are lines before it. */
  readonly hasPrefix: boolean
  /** What the first line says about the versions of the log and of its seal. */
  readonly schemaVersion: number | undefined
  readonly sealVersion: number | undefined
  /** The last lines. */
  readonly tail: readonly TailLine[]
}

/** A line near the end of a file. */
export interface TailLine {
  readonly start: number
  readonly isWhole: boolean
  readonly line: LogLine | undefined
  /** Where the chain stood before it, and stands with it, if its links and those before are right. */
  readonly before: ChainHead | undefined
  readonly head: ChainHead | undefined
}

/** What one write may have left half done lies within so many lines and bytes from the end. */
const tailLines = 1024
const tailBytes = 1_048_576
const leastTailLines = 64

/** Reads a file of a log from its start to its end. */
export async function scanLogFile(chunks: AsyncIterable<Uint8Array>): Promise<ScannedFile> {
  const scan = new FileScan()
  for await (const lines of rawLines(chunks)) for (const line of lines) scan.add(line)
  return scan.result()
}

class FileScan {
  readonly #index = createBlockIndex()
  readonly #unsealedHash = createHash('sha256')
  #unsealed = { lines: 0, bytes: 0 }
  #bytes = 0
  #firstSeq: number | undefined
  #hasPrefix = false
  #schemaVersion: number | undefined
  #sealVersion: number | undefined
  #head: ChainHead | undefined
  readonly #tail: TailLine[] = []

  add(raw: RawLine): void {
    const line = raw.text === undefined ? undefined : parseLine(raw.text)
    if (this.#bytes === 0 && line && isMetaLine(line)) {
      this.#schemaVersion = line._meta.schema_version
    }
    const before = this.#head
    if (isSealed(line)) this.#addSealed(line)
    else if (this.#firstSeq === undefined) this.#addUnsealed(raw)
    this.#index.add(line, raw.bytes)
    this.#tail.push({ start: this.#bytes, isWhole: raw.isWhole, line, before, head: this.#head })
    this.#bytes += raw.bytes
    this.#dropOldTail()
  }

  result(): ScannedFile {
    return {
      index: this.#index,
      bytes: this.#bytes,
      unsealed: { ...this.#unsealed, sha256: this.#unsealedHash.digest('hex') },
      firstSeq: this.#firstSeq,
      hasPrefix: this.#hasPrefix,
      schemaVersion: this.#schemaVersion,
      sealVersion: this.#sealVersion,
      tail: this.#tail
    }
  }

  #addSealed(line: LogLine & { seq: number; hash: string }): void {
    if (this.#firstSeq === undefined) {
      this.#firstSeq = line.seq
      this.#hasPrefix = isMetaLine(line) && line._meta.event === 'log-sealed'
    }
    const seal = isMetaLine(line) ? line._meta.seal : undefined
    this.#sealVersion ??= seal?.version
    const tree = seal ? frontierOf(line.seq, seal.tree) : this.#head?.tree
    const isNext = tree !== undefined && tree.size === line.seq
    this.#head = isNext
      ? { size: line.seq + 1, hash: line.hash, tree: tree.append(line.hash) }
      : undefined
  }

  #addUnsealed(raw: RawLine): void {
    this.#unsealed.lines++
    this.#unsealed.bytes += raw.bytes
    this.#unsealedHash.update(raw.data)
    if (raw.isWhole) this.#unsealedHash.update('\n')
    this.#head = emptyChain
  }

  #dropOldTail(): void {
    const tail = this.#tail
    const isLong = tail.length > tailLines || this.#bytes - (tail[0] as TailLine).start > tailBytes
    if (tail.length > leastTailLines && isLong) tail.shift()
  }
}

function isSealed(line: LogLine | undefined): line is LogLine & { seq: number; hash: string } {
  return Number.isSafeInteger(line?.seq) && typeof line?.hash === 'string'
}

function frontierOf(size: number, roots: readonly string[]): ChainHead['tree'] | undefined {
  try {
    return new TreeFrontier(size, roots)
  } catch {
    return undefined
  }
}
