import type { VerifyProblem } from './verify-report.ts'

/**
 * Keeps account of the fields that were taken out of lines. Whoever can write the files can take out any field, and
 * the line keeps its hash: so the log has to say of each that it was taken out.
 */
export class RedactionLedger {
  /** The fields that no event has told of yet, by the number of their line. */
  readonly #untold = new Map<number, Set<string>>()

  /** Notes that fields were taken out of a line. */
  add(seq: number, pointers: readonly string[]): void {
    this.#untold.set(seq, new Set(pointers))
  }

  /** Takes in what an event says of fields that were taken out. It always stands behind their line. */
  told({ seq, fields }: Readonly<Record<string, unknown>>): void {
    const untold = this.#untold.get(seq as number)
    if (!untold || !Array.isArray(fields)) return
    for (const pointer of fields) untold.delete(pointer)
    if (untold.size === 0) this.#untold.delete(seq as number)
  }

  /** What is wrong, once all lines were read. */
  end(): VerifyProblem | undefined {
    for (const [seq] of this.#untold) {
      return { code: 'changed', message: 'a field was taken out, and the log does not say so', seq }
    }
    return undefined
  }
}
