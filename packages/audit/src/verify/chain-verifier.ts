import { createHash } from 'node:crypto'
import { type ChainHead, emptyChain } from '../chain/chain.ts'
import { hashOfLine } from '../chain/line-hash.ts'
import { isMetaLine, type LogLine } from '../chain/log-line.ts'
import { sealVersion } from '../chain/seal-version.ts'
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts'
import { openNote } from '../note/signed-note.ts'
import type { VerifierKey } from '../note/verifier-key.ts'
import { parseLine } from '../query/parse-line.ts'
import { TreeFrontier } from '../tree/tree-frontier.ts'
import type { PartLedger } from './part-ledger.ts'
import type { RawLine } from './raw-lines.ts'
import { RedactionLedger } from './redaction-ledger.ts'
import type { VerifyProblem, VerifyProblemCode, VerifyReport } from './verify-report.ts'

/** A checkpoint from outside, that the log must agree with. */
export interface KnownCheckpoint extends Checkpoint {
  /** Whether its signature was checked. */
  readonly isSigned: boolean
}

/** A line that says that it is sealed. */
type SealedText = LogLine & { readonly seq: number; readonly hash: string }

/** How many hashes are kept, to tell a line that is there twice. */
const recentHashes = 4096

/** Follows a chain line by line, and says what is wrong with the first that is wrong. */
export class ChainVerifier {
  readonly #keys: readonly VerifierKey[]
  readonly #known: KnownCheckpoint[]
  readonly #ledger: PartLedger
  readonly #redactions = new RedactionLedger()
  readonly #recent = new Map<number, string>()
  readonly #counts = { entries: 0, events: 0, unsealed: 0, redacted: 0, checkpoints: 0 }
  #head: ChainHead = emptyChain
  #from: number | undefined
  #provenSize = 0
  #uncompared = 0
  #part = ''
  #line = 0
  #prefix = { bytes: 0, hash: createHash('sha256') }

  constructor(keys: readonly VerifierKey[], known: KnownCheckpoint[], ledger: PartLedger) {
    this.#keys = keys
    this.#known = known
    this.#ledger = ledger
  }

  startPart(name: string): void {
    this.#part = name
    this.#line = 0
    this.#prefix = { bytes: 0, hash: createHash('sha256') }
  }

  /** Takes in the next line. Returns what is wrong with it. */
  add(raw: RawLine): VerifyProblem | undefined {
    this.#line++
    const line = raw.text === undefined ? undefined : parseLine(raw.text)
    const isUnsealed = line?.seq === undefined && line?.hash === undefined
    if (isUnsealed && this.#from === undefined) return this.#addUnsealed(raw)
    if (!raw.isWhole) return this.#problem('torn', 'the last line breaks off')
    if (line === undefined) return this.#problem('changed', 'the line cannot be read')
    if (isUnsealed) return this.#problem('inserted', 'the line is not sealed')
    return this.#addSealed(line as SealedText, raw.text as string)
  }

  /** What is wrong with the log as a whole, once all lines were taken in. */
  end(): VerifyProblem | undefined {
    const missed = this.#known.find(({ size }) => size > this.#head.size)
    if (!missed) return this.#redactions.end()
    const message = 'the log ends before the checkpoint that was given'
    return { code: 'truncated', message, seq: this.#head.size }
  }

  report(problem: VerifyProblem | undefined): VerifyReport {
    const { size, hash, tree } = this.#head
    const found = problem ? { problem } : {}
    return {
      ok: problem === undefined,
      ...found,
      from: this.#from ?? 0,
      size,
      head: hash,
      root: tree.root(),
      provenSize: this.#provenSize,
      uncompared: this.#uncompared,
      counts: { ...this.#counts }
    }
  }

  #addUnsealed(raw: RawLine): VerifyProblem | undefined {
    this.#counts.unsealed++
    this.#prefix.bytes += raw.bytes
    this.#prefix.hash.update(raw.data)
    if (raw.isWhole) this.#prefix.hash.update('\n')
    this.#ledger.unsealedPart(this.#part)
    return undefined
  }

  #addSealed(line: SealedText, text: string): VerifyProblem | undefined {
    this.#ledger.sealedPart(this.#part)
    const wrong =
      findChange(line, text) ?? (this.#from === undefined ? this.#start(line) : undefined)
    if (wrong) return this.#problem(wrong.code, wrong.message)
    const misplaced = this.#findMisplacement(line) ?? this.#findWrongEvent(line)
    if (misplaced) return misplaced
    const { seq, hash } = line
    this.#recent.set(seq, hash)
    this.#recent.delete(seq - recentHashes)
    this.#head = { size: seq + 1, hash, tree: this.#head.tree.append(hash) }
    this.#count(line)
    return this.#checkKnown()
  }

  /** Takes the place from which the chain goes on from the first sealed line that there is. */
  #start(line: SealedText): Wrong | undefined {
    const meta = isMetaLine(line) ? line._meta : undefined
    const seal = meta?.seal
    if (!seal) return wrong('removed', 'the line is not the first of a file')
    if (this.#prefix.bytes > 0 && meta?.event !== 'log-sealed') {
      return wrong('inserted', 'there are lines before the first one')
    }
    if (seal.version !== sealVersion) {
      return wrong('unsupported_version', `the seal is of version ${seal.version}`)
    }
    try {
      const tree = new TreeFrontier(line.seq, seal.tree)
      this.#head = line.seq === 0 ? emptyChain : { size: line.seq, hash: line.prev ?? '', tree }
    } catch {
      return wrong('changed', 'the tree before the line is broken')
    }
    this.#from = line.seq
    this.#ledger.startsAt(line.seq)
    const known = this.#checkKnown()
    return known && wrong(known.code, known.message)
  }

  #findMisplacement({ seq, prev, hash }: SealedText): VerifyProblem | undefined {
    const { size, hash: before } = this.#head
    if (seq > size) return this.#problem('removed', 'lines are missing before this one')
    if (seq < size) {
      return this.#recent.get(seq) === hash
        ? this.#problem('duplicated', 'the line is there twice')
        : this.#problem('inserted', 'the line does not belong here')
    }
    if (prev === before) return undefined
    return this.#problem('changed', 'the line is not tied to the one before it')
  }

  #findWrongEvent(line: SealedText): VerifyProblem | undefined {
    if (!isMetaLine(line)) return undefined
    const { seal, event, detail = {} } = line._meta
    if (seal && String(seal.tree) !== String(this.#head.tree.roots)) {
      return this.#problem('changed', 'the tree before the line is another')
    }
    if (event === 'line-redacted') this.#redactions.told(detail)
    // Only the first line of a chain can know what was there before it.
    if (event === 'log-sealed' && line.seq > 0) {
      return this.#problem('inserted', 'the log is sealed a second time')
    }
    this.#ledger.addEvent(line._meta)
    if (event === 'log-sealed') return this.#findWrongPrefix(detail)
    return event === 'checkpoint' ? this.#findWrongCheckpoint(detail['note']) : undefined
  }

  #findWrongPrefix(detail: Readonly<Record<string, unknown>>): VerifyProblem | undefined {
    const { unsealed_bytes: bytes = 0, unsealed_sha256: sha256, unsealed_archives = [] } = detail
    const isSame = sha256 === undefined || this.#prefix.hash.copy().digest('hex') === sha256
    if (bytes === this.#prefix.bytes && isSame && Array.isArray(unsealed_archives)) return undefined
    return this.#problem('changed', 'the lines before the seal are not those that were sealed')
  }

  #findWrongCheckpoint(note: unknown): VerifyProblem | undefined {
    const isChecked = this.#keys.length > 0
    const text = isChecked ? openNote(String(note), this.#keys) : String(note)
    if (text === undefined) {
      return this.#problem('bad_signature', 'the checkpoint is not signed with one of the keys')
    }
    const checkpoint = parseCheckpoint(text)
    const { size, tree } = this.#head
    if (checkpoint?.size !== size || checkpoint.root !== tree.root()) {
      return this.#problem('checkpoint_mismatch', 'the lines before the checkpoint are others')
    }
    this.#counts.checkpoints++
    if (isChecked) this.#provenSize = size
    return undefined
  }

  /** Compares with the checkpoints from outside that end here. */
  #checkKnown(): VerifyProblem | undefined {
    const { size, tree } = this.#head
    for (let known = this.#known[0]; known && known.size <= size; known = this.#known[0]) {
      this.#known.shift()
      // Of a checkpoint from before the first line that is left, nothing can be said.
      if (known.size < size) {
        this.#uncompared++
        continue
      }
      if (known.root !== tree.root()) {
        const message = 'the lines up to here are not those of the checkpoint that was given'
        return this.#problem('checkpoint_mismatch', message)
      }
      this.#counts.checkpoints++
      if (known.isSigned) this.#provenSize = size
    }
    return undefined
  }

  #count(line: SealedText): void {
    if (isMetaLine(line)) this.#counts.events++
    else this.#counts.entries++
    if (!line.redacted) return
    this.#counts.redacted++
    this.#redactions.add(line.seq, Object.keys(line.redacted))
  }

  #problem(code: VerifyProblemCode, message: string): VerifyProblem {
    return { code, message, part: this.#part, line: this.#line, seq: this.#head.size }
  }
}

interface Wrong {
  readonly code: VerifyProblemCode
  readonly message: string
}

function wrong(code: VerifyProblemCode, message: string): Wrong {
  return { code, message }
}

/** What is wrong with a line by itself. */
function findChange(line: SealedText, text: string): Wrong | undefined {
  // What a parser drops is not hashed: white space, another spelling, a member that is there twice.
  if (!Number.isSafeInteger(line.seq)) return wrong('changed', 'the number of the line is none')
  if (JSON.stringify(line) !== text) return wrong('changed', 'the line is spelled in another way')
  if (isMetaLine(line) !== text.startsWith('{"_meta":')) {
    return wrong('changed', 'the members of the line stand in another order')
  }
  try {
    return hashOfLine(line) === line.hash ? undefined : wrong('changed', 'the line was changed')
  } catch {
    return wrong('changed', 'the line is not of the form that is written')
  }
}
