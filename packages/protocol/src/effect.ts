import * as v from 'valibot'
import { member } from './member.ts'

/** One of the actions that an action amounts to, and where in its text it stands. */
export interface Effect {
  /** The scope whose rules judge it. */
  readonly scope: string
  /** What it does: `exec`, `read`, `write`, `delete`, `connect`, or an HTTP method. */
  readonly verb?: string
  /** The command, path or host as it was judged. */
  readonly text: string
  /** Where it starts in the text as written: the command, path, domain or URL, in bytes of UTF-8. */
  readonly start: number
  /** Where it ends: the first position after it. */
  readonly end: number
}

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The schema of an {@link Effect}. */
export const effectSchema: v.GenericSchema<Effect> = v.object({
  scope: member(v.string(), 'The scope whose rules judge the effect.'),
  verb: member(
    v.exactOptional(v.string()),
    'What the effect does: exec, read, write, delete, connect, or an HTTP method.'
  ),
  text: member(v.string(), 'The command, path or host as it was judged.'),
  start: member(position, 'Where it starts in the text as written, in bytes of UTF-8.'),
  end: member(position, 'Where it ends: the first position after it.')
} satisfies Record<keyof Effect, unknown>)
