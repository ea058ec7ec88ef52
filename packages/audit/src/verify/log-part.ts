/** A stretch of a log: a file, an archive, or all rows of a table. */
export interface LogPart {
  /** The name of the file, or what stands for it. */
  readonly name: string
  /** The lines as UTF-8 bytes, cut anywhere. */
  chunks(): AsyncIterable<Uint8Array>
  /** The SHA-256 of what was read, in hexadecimal digits, once all chunks were. For archives. */
  digest?(): string
}
