import type { AuditMeta } from '@agentguard/protocol'
import type { LogPart } from './log-part.ts'
import type { VerifyProblem } from './verify-report.ts'

/** Keeps account of the files that a log says that it has, or had. */
export class PartLedger {
  readonly #seen = new Map<string, string | undefined>()
  readonly #unsealedSeen = new Set<string>()
  readonly #compressed = new Map<string, Set<string>>()
  readonly #unsealed = new Map<string, string>()
  readonly #deleted = new Set<string>()
  #deletedThrough = -1
  #from: number | undefined

  /** Notes where the chain starts that is still there. */
  startsAt(seq: number): void {
    this.#from = seq
  }

  /** Notes that a part has lines from before the log was sealed, and no others. */
  unsealedPart(name: string): void {
    this.#unsealedSeen.add(name)
  }

  sealedPart(name: string): void {
    this.#unsealedSeen.delete(name)
  }

  endPart(part: LogPart): void {
    this.#seen.set(part.name, part.digest?.())
  }

  /** Takes in what an event says about files. The line that says it has been verified. */
  addEvent({ event, detail = {} }: AuditMeta): void {
    if (event === 'archive-compressed') this.#addDigest(detail)
    if (event === 'parts-deleted') this.#addDeleted(detail)
    if (event === 'log-sealed') this.#addUnsealed(detail['unsealed_archives'])
  }

  /** What is wrong with the files, once all were read. */
  end(): VerifyProblem | undefined {
    if (this.#from === undefined) return undefined
    if (this.#from > 0 && this.#deletedThrough < this.#from - 1) {
      return { code: 'removed', message: 'the start of the log is missing', seq: 0 }
    }
    return this.#findRewritten() ?? this.#findMissing() ?? this.#findUnknown()
  }

  #findRewritten(): VerifyProblem | undefined {
    for (const [name, digests] of this.#compressed) {
      const digest = this.#seen.get(name)
      if (digest !== undefined && !digests.has(digest)) return changed(name)
    }
    return undefined
  }

  #findMissing(): VerifyProblem | undefined {
    for (const [name, digest] of this.#unsealed) {
      if (this.#deleted.has(name)) continue
      if (!this.#seen.has(name)) {
        return {
          code: 'removed',
          message: 'an archive from before the seal is missing',
          part: name
        }
      }
      if (this.#seen.get(name) !== digest) return changed(name)
    }
    return undefined
  }

  #findUnknown(): VerifyProblem | undefined {
    for (const name of this.#unsealedSeen) {
      if (this.#unsealed.has(name)) continue
      return { code: 'inserted', message: 'the log does not know of the archive', part: name }
    }
    return undefined
  }

  #addDigest({ name, sha256 }: Readonly<Record<string, unknown>>): void {
    const known = this.#compressed.get(String(name)) ?? new Set()
    this.#compressed.set(String(name), known.add(String(sha256)))
  }

  #addDeleted({ through_seq, names }: Readonly<Record<string, unknown>>): void {
    if (typeof through_seq === 'number') {
      this.#deletedThrough = Math.max(this.#deletedThrough, through_seq)
    }
    if (Array.isArray(names)) for (const name of names) this.#deleted.add(String(name))
  }

  #addUnsealed(archives: unknown): void {
    if (!Array.isArray(archives)) return
    for (const { name, sha256 } of archives) this.#unsealed.set(String(name), String(sha256))
  }
}

function changed(part: string): VerifyProblem {
  return { code: 'changed', message: 'the archive is not the one that was written', part }
}
