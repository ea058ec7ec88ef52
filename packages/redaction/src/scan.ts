import type { ProgramForm } from './rules.ts'
import type { Value } from './value.ts'

/** A part of a text that is secret. */
export interface Span {
  readonly start: number
  readonly end: number
  /** The quotes that its replacement needs, to keep the JSON around it valid. */
  readonly quotes?: string
}

/** What is known while a text is read from its start to its end. */
export interface Scan {
  readonly text: string
  /** What was found, in the order in which it was found. Spans may overlap. */
  readonly spans: Span[]
  /**
   * INVARIANT: up to here a value was read as a whole, and no value is read from inside of it. So each
   * character is read by a bounded number of forms, once by each.
   */
  valuesEnd: number
  /** The same for tokens. */
  tokensEnd: number
  /** The word that was read last, so that nothing is read again from inside of it. */
  word: Value
  /** The last program whose short options matter, and where its line ends. */
  program: ProgramForm | undefined
  programEnd: number
}
