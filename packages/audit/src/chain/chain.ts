import { emptyTree, type TreeFrontier } from '../tree/tree-frontier.ts'
import { leafHash } from '../tree/tree-hash.ts'
import { commitTo, fieldSalts } from './commitment.ts'
import { lineContent } from './line-content.ts'
import { formatCommitments } from './line-hash.ts'
import type { LogLine } from './log-line.ts'

/** Where a chain stands: what the next line is tied to. */
export interface ChainHead {
  /** How many lines the chain has: the number of the next one. */
  readonly size: number
  /** The hash of the last line. */
  readonly hash: string
  /** The Merkle tree over the hashes of all lines. */
  readonly tree: TreeFrontier
}

/** A line that has its place in a chain. */
export interface SealedLine {
  /** What it says, without its place and its seal. */
  readonly line: LogLine
  /** Its text with both, without the line end. */
  readonly text: string
  readonly seq: number
  readonly hash: string
  /** Where the chain stands with this line as its last. */
  readonly head: ChainHead
}

/** What the first line of a chain is tied to. */
const genesisHash: string = '0'.repeat(64)

/** A chain without lines. */
export const emptyChain: ChainHead = { size: 0, hash: genesisHash, tree: emptyTree }

/** A line that can be sealed fast: all that does not depend on its place is done. */
export interface PreparedLine {
  readonly line: LogLine
  readonly text: string
  readonly salt: string | undefined
  /** The canonical JSON of the line at a place. */
  canonical(prev: string, seq: number): string
}

/**
 * Prepares a line for its place in a chain. What becomes of the object afterwards does not matter.
 *
 * The salt MUST be fresh and not to be guessed: 16 random bytes in hexadecimal digits. A text that is
 * given MUST be that of the line. Throws a TypeError when the line holds what JSON cannot say.
 */
export function prepareLine(
  line: LogLine,
  salt: string,
  text: string = JSON.stringify(line)
): PreparedLine {
  const { fields, withReserved } = lineContent(line, ['commitments', 'prev', 'seq'])
  const salts = fieldSalts(salt, fields.length)
  const commitments = fields.map(({ value }, i) => commitTo(salts[i] as string, value))
  const commitmentsText = formatCommitments(fields, commitments)
  return {
    line,
    text,
    salt: fields.length > 0 ? salt : undefined,
    canonical: (prev, seq) => withReserved([commitmentsText, `"${prev}"`, String(seq)])
  }
}

/** Gives a line its place at the end of a chain: its number, the hash of the line before, and its own. */
export function sealLine(head: ChainHead, prepared: PreparedLine): SealedLine {
  const { size: seq, hash: prev } = head
  const { line, salt } = prepared
  const hash = leafHash(prepared.canonical(prev, seq))
  const saltText = salt === undefined ? '' : `,"salt":"${salt}"`
  const text = `${prepared.text.slice(0, -1)},"seq":${seq},"prev":"${prev}"${saltText},"hash":"${hash}"}`
  const tree = head.tree.append(hash)
  return { line, text, seq, hash, head: { size: seq + 1, hash, tree } }
}
