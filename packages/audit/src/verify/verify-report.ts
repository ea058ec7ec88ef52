/** What is wrong with a log. */
export type VerifyProblemCode =
  /** A line, or a file, is not as it was written. */
  | 'changed'
  /** Lines are missing. */
  | 'removed'
  /** A line is there that was not written there. */
  | 'inserted'
  /** A line stands behind one that was written after it. */
  | 'reordered'
  /** A line is there twice. */
  | 'duplicated'
  /** The log ends before a checkpoint does. */
  | 'truncated'
  /** The last line breaks off. */
  | 'torn'
  /** The lines are not those that a checkpoint was made of. */
  | 'checkpoint_mismatch'
  /** A checkpoint is not signed with one of the keys. */
  | 'bad_signature'
  /** The log is of a version that is not known here. */
  | 'unsupported_version'

/** The first thing that is wrong with a log. */
export interface VerifyProblem {
  readonly code: VerifyProblemCode
  /** In words, without anything that the log says. */
  readonly message: string
  /** The file, or what stands for it. */
  readonly part?: string
  /** The line in it, counted from 1. */
  readonly line?: number
  /** The number that a line had to have there. */
  readonly seq?: number
}

/** What a verification found. */
export interface VerifyReport {
  readonly ok: boolean
  /** The first thing that is wrong. */
  readonly problem?: VerifyProblem
  /** The number of the first line that is there. More than 0 when older lines were deleted. */
  readonly from: number
  /** How many lines the chain has, up to the first problem. */
  readonly size: number
  /** The hash of the last of them. */
  readonly head: string
  /** The root of the tree over them. */
  readonly root: string
  /**
   * How many lines are proved by a signature, of a checkpoint that was given or of one in the log. What
   * is behind them is only known to be consistent in itself.
   */
  readonly provenSize: number
  /**
   * With how many of the checkpoints that were given nothing could be compared: they end before the first line that
   * is left.
   */
  readonly uncompared: number
  readonly counts: VerifyCounts
}

/** What was seen. */
export interface VerifyCounts {
  readonly entries: number
  readonly events: number
  /** Lines from before the log was sealed. */
  readonly unsealed: number
  /** Lines with redacted fields. */
  readonly redacted: number
  /** Checkpoints whose tree is right. */
  readonly checkpoints: number
}
