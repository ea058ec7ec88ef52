import { AuditError } from '../audit-error.ts'
import type { Redaction } from '../audit-log.ts'
import type { AuditStore } from '../audit-store.ts'
import type { SealedLine } from '../chain/chain.ts'
import { isMetaLine, type LogLine } from '../chain/log-line.ts'
import { redactLine } from '../chain/redact-line.ts'
import { findLine } from '../query/find-line.ts'

/** What a redaction works on. */
interface RedactionScope {
  readonly store: AuditStore
  readonly writeEvent: (
    kind: string,
    detail: Readonly<Record<string, unknown>>
  ) => Promise<SealedLine>
}

/** Takes fields out of a stored line. It is written down before it is done. */
export async function redactStored(
  { store, writeEvent }: RedactionScope,
  { seq, fields, reason }: Redaction
): Promise<SealedLine> {
  const redact = async () => {
    const line = await findLine(store, seq)
    if (line) {
      assertNoProofs(line, fields)
      return redactLine(line, fields)
    }
    throw new AuditError('not_found', `there is no line ${seq}`)
  }
  await redact()
  const recorded = await writeEvent('line-redacted', { seq, fields: [...fields], reason })
  await store.replace(await redact())
  return recorded
}

/** Events whose details prove something of the log. */
const proofs = ['checkpoint', 'log-sealed', 'archive-compressed', 'parts-deleted', 'line-redacted']

const reasonField = '/_meta/detail/reason'

/** Refuses what proves something: without it, the log would not verify any more. */
function assertNoProofs(line: LogLine, fields: readonly string[]): void {
  const isProof = isMetaLine(line) && proofs.includes(line._meta.event ?? '')
  if (!isProof || fields.every((field) => field === reasonField)) return
  throw new AuditError('not_found', 'what proves the log cannot be taken out of it')
}
