import * as v from 'valibot'
import { type ChainLink, chainLinkMembers } from './chain-link.ts'
import { member } from './member.ts'
import { timestampSchema } from './timestamp.ts'

/** What the first sealed line of a file says about the chain that it continues. */
export interface AuditSeal {
  /** The version of the seal: how lines are hashed. */
  readonly version: number
  /** The roots of the complete subtrees over all lines before, in hexadecimal digits. */
  readonly tree: readonly string[]
}

/** What a line of the audit log says that is no verdict. */
export interface AuditMeta {
  /** The version of the log format. Always there in the first line of a file. */
  readonly schema_version?: number
  /** When the line was written. */
  readonly created_at: string
  /** The archive that the file continues. */
  readonly rotated_from?: string
  /** The chain that the file continues. In the first sealed line of a file. */
  readonly seal?: AuditSeal
  /** What happened, such as a start, a policy load or a resolution. Absent in the first line. */
  readonly event?: string
  /** What else is to know about the event. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/**
 * A line of the audit log that holds no verdict. Readers of verdicts skip lines that start with
 * `{"_meta"`, so writers MUST put that member first.
 */
export interface AuditMetaLine extends ChainLink {
  readonly _meta: AuditMeta
}

const auditSealSchema: v.GenericSchema<AuditSeal> = v.object({
  version: member(
    v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    'The version of the seal: how lines are hashed.'
  ),
  tree: member(
    v.array(v.string()),
    'The roots of the complete subtrees over all lines before, in hexadecimal digits.'
  )
} satisfies Record<keyof AuditSeal, unknown>)

const auditMetaSchema: v.GenericSchema<AuditMeta> = v.object({
  schema_version: member(
    v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    'The version of the log format. Always there in the first line of a file.'
  ),
  created_at: member(timestampSchema, 'When the line was written.'),
  rotated_from: member(v.exactOptional(v.string()), 'The archive that the file continues.'),
  seal: member(
    v.exactOptional(auditSealSchema),
    'The chain that the file continues. In the first sealed line of a file.'
  ),
  event: member(
    v.exactOptional(v.string()),
    'What happened, such as a start, a policy load or a resolution. Absent in the first line.'
  ),
  detail: member(
    v.exactOptional(v.record(v.string(), v.unknown())),
    'What else is to know about the event.'
  )
} satisfies Record<keyof AuditMeta, unknown>)

/** The schema of an {@link AuditMetaLine}. Unknown members are dropped. */
export const auditMetaLineSchema: v.GenericSchema<AuditMetaLine> = v.object({
  _meta: member(
    auditMetaSchema,
    'What the line says. The first member, so that readers can skip it.'
  ),
  ...chainLinkMembers
} satisfies Record<keyof AuditMetaLine, unknown>)
