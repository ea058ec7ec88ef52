import { parseCheckpoint } from '../note/checkpoint.ts'
import { openNote } from '../note/signed-note.ts'
import { parseVerifierKey, type VerifierKey } from '../note/verifier-key.ts'
import { ChainVerifier, type KnownCheckpoint } from './chain-verifier.ts'
import { findLater } from './find-later.ts'
import type { LogPart } from './log-part.ts'
import { PartLedger } from './part-ledger.ts'
import { rawLines } from './raw-lines.ts'
import type { VerifyProblem, VerifyReport } from './verify-report.ts'

/** What a log is verified against. */
export interface VerifyOptions {
  /** The verifier keys whose signatures count. Without any, no signature is checked. */
  readonly keys?: readonly string[]
  /** Checkpoints that were kept outside of the log, as signed notes. */
  readonly checkpoints?: readonly string[]
}

/**
 * Reads a log from its start to its end and reports the first thing that is wrong.
 *
 * Without a checkpoint that was kept elsewhere, a log that was cut off at its end, or written anew by
 * whoever has the key, cannot be told from a whole one. Throws a TypeError for a key that is none.
 */
export async function verifyLog(
  parts: AsyncIterable<LogPart>,
  { keys = [], checkpoints = [] }: VerifyOptions = {}
): Promise<VerifyReport> {
  const trusted = keys.map(parseVerifierKey)
  const given = openAll(checkpoints, trusted)
  const ledger = new PartLedger()
  const verifier = new ChainVerifier(trusted, given.checkpoints, ledger)
  const problem =
    given.problem ?? (await readParts(parts, verifier, ledger)) ?? verifier.end() ?? ledger.end()
  return verifier.report(problem)
}

function openAll(
  notes: readonly string[],
  keys: readonly VerifierKey[]
): { checkpoints: KnownCheckpoint[]; problem?: VerifyProblem } {
  const checkpoints: KnownCheckpoint[] = []
  for (const note of notes) {
    const text = keys.length === 0 ? note : openNote(note, keys)
    const checkpoint = text === undefined ? undefined : parseCheckpoint(text)
    if (checkpoint === undefined) {
      const message = 'a checkpoint that was given is not signed with one of the keys'
      return { checkpoints, problem: { code: 'bad_signature', message } }
    }
    checkpoints.push({ ...checkpoint, isSigned: keys.length > 0 })
  }
  return { checkpoints: checkpoints.sort((a, b) => a.size - b.size) }
}

async function readParts(
  parts: AsyncIterable<LogPart>,
  verifier: ChainVerifier,
  ledger: PartLedger
): Promise<VerifyProblem | undefined> {
  for await (const part of parts) {
    verifier.startPart(part.name)
    const lines = rawLines(part.chunks())
    try {
      const problem = await readPart(lines, verifier)
      if (problem) return problem
    } catch (error) {
      if (!isDamage(error)) throw error
      return { code: 'changed', message: 'the archive cannot be decompressed', part: part.name }
    }
    ledger.endPart(part)
  }
  return undefined
}

async function readPart(
  lines: AsyncGenerator<Parameters<ChainVerifier['add']>[0][]>,
  verifier: ChainVerifier
): Promise<VerifyProblem | undefined> {
  for await (const batch of lines) {
    for (const [index, line] of batch.entries()) {
      const problem = verifier.add(line)
      if (problem?.code !== 'removed') {
        if (problem) return problem
        continue
      }
      const isLater = await findLater(batch.slice(index + 1), lines, problem.seq)
      if (!isLater) return problem
      const message = 'a line stands behind one that was written after it'
      return { ...problem, code: 'reordered', message }
    }
  }
  return undefined
}

/** Whether it is the archive that is wrong, and not the disk that it is read from. */
function isDamage(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.startsWith('Z_')
}
