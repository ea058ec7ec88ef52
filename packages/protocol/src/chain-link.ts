import * as v from 'valibot'
import { member } from './member.ts'

/** What ties a line of the audit log to the line before it. Absent in logs that are not sealed. */
export interface ChainLink {
  /** The number of the line in its chain. */
  readonly seq?: number
  /** The hash of the line before. */
  readonly prev?: string
  /** The hash of this line. */
  readonly hash?: string
  /** The salt of the line's sensitive fields. Absent when it has none, or when one was redacted. */
  readonly salt?: string
  /** The salts of the fields that are left after a redaction, by JSON pointer. */
  readonly salts?: Readonly<Record<string, string>>
  /** What is left of the fields that were redacted, by JSON pointer: commitments to their values. */
  readonly redacted?: Readonly<Record<string, string>>
}

/** The members of a {@link ChainLink}, for the schemas of the lines. */
export const chainLinkMembers: {
  readonly [K in keyof ChainLink]-?: v.ExactOptionalSchema<
    v.GenericSchema<NonNullable<ChainLink[K]>>,
    undefined
  >
} = {
  seq: member(
    v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    'The number of the line in its chain.'
  ),
  prev: member(v.exactOptional(v.string()), 'The hash of the line before.'),
  hash: member(v.exactOptional(v.string()), 'The hash of this line.'),
  salt: member(
    v.exactOptional(v.string()),
    'The salt of the sensitive fields. Absent when there are none, or when one was redacted.'
  ),
  salts: member(
    v.exactOptional(v.record(v.string(), v.string())),
    'The salts of the fields that are left after a redaction, by JSON pointer.'
  ),
  redacted: member(
    v.exactOptional(v.record(v.string(), v.string())),
    'What is left of the fields that were redacted, by JSON pointer: commitments to their values.'
  )
}
