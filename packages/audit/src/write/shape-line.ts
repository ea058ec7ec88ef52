import type { AuditEntry } from '@agentguard/protocol'
import { AuditError } from '../audit-error.ts'
import { canonicalJson } from '../chain/canonical-json.ts'
import { mapSensitiveFields } from '../chain/sensitive-fields.ts'
import { cleanNames } from './clean-names.ts'
import { shortenText } from './shorten-text.ts'

/**
 * Takes secrets out of a text of a tenant; `local` is that of lines which name none. Where the text has a name that
 * a caller chose, such as that of a member of `meta`, it is told: what is called a password is one.
 */
export type RedactText = (text: string, tenant: string, name?: string) => string

/** How long the parts of a line may be, in bytes of UTF-8. */
export interface LineLimits {
  /** Of one field. What is longer is cut, with its length and digest at the end. */
  readonly maxFieldBytes: number
  /** Of one line. Where it would be longer, its fields are cut shorter. */
  readonly maxLineBytes: number
}

/** A line that is ready to get its place in the chain. */
export interface ShapedLine<T> {
  readonly line: T
  readonly text: string
}

/** Takes secrets out of an entry and cuts what is too long. */
export function shapeEntry(
  entry: AuditEntry,
  redact: RedactText | undefined,
  limits: LineLimits
): ShapedLine<AuditEntry> {
  const { maxFieldBytes, maxLineBytes } = limits
  const clean = redact && forTenant(redact, entry.tenant_id)
  const asItIs = redact === undefined ? asShaped(entry) : undefined
  if (asItIs && isSimple(asItIs.text, Math.min(maxFieldBytes, maxLineBytes))) return asItIs
  let shaped = shapeFields(entry, clean, maxFieldBytes)
  for (const shorter of [1024, 64]) {
    if (isShort(shaped.text, maxLineBytes)) return shaped
    shaped = shapeFields(entry, clean, Math.min(maxFieldBytes, shorter))
  }
  if (isShort(shaped.text, maxLineBytes)) return shaped
  const folded = foldMaps(shaped.line)
  if (isShort(folded.text, maxLineBytes)) return folded
  throw new AuditError('invalid_entry', 'the entry is too large')
}

/** Takes secrets out of an event's detail and cuts what is too long. */
export function shapeDetail(
  detail: Readonly<Record<string, unknown>>,
  redact: RedactText | undefined,
  { maxFieldBytes }: LineLimits
): Record<string, unknown> {
  const cleanText = redact && forTenant(redact, detail['tenant_id'])
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => {
      const clean = redactDeep(value, cleanText)
      if (typeof clean === 'string') return [key, shortenText(clean, maxFieldBytes)]
      const text = JSON.stringify(clean) ?? ''
      const isFitting = isShort(text, maxFieldBytes)
      return [key, isFitting ? clean : shortenText(text, maxFieldBytes)]
    })
  )
}

/** Takes secrets out of a text, whosever it is. */
type Clean = (text: string, name?: string) => string

function forTenant(redact: RedactText, tenant: unknown): Clean {
  const name = typeof tenant === 'string' && tenant !== '' ? tenant : 'local'
  return (text, member) => redact(text, name, member)
}

/** Whether a line is short as a whole, and has no half of a surrogate pair: JSON escapes those. */
function isSimple(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes && !text.includes('\\ud')
}

function shapeFields(
  entry: AuditEntry,
  redact: Clean | undefined,
  maxFieldBytes: number
): ShapedLine<AuditEntry> {
  const truncated: string[] = []
  const named = redact ? cleanNames(entry, (text) => redactOne(text, redact)) : entry
  const shaped = mapSensitiveFields(named, (pointer, value, name) => {
    const clean = redactOne(value as string, redact, name)
    const short = shortenText(clean, maxFieldBytes)
    if (short !== clean) truncated.push(pointer)
    return short
  })
  return asShaped(truncated.length === 0 ? shaped : { ...shaped, truncated })
}

/** Puts a digest in the place of what has too many members, however short each is. */
function foldMaps(entry: AuditEntry): ShapedLine<AuditEntry> {
  const { meta, actions, ...request } = entry.request
  const digest = (value: unknown): string => shortenText(canonicalJson(value), 64)
  return asShaped({
    ...entry,
    request: {
      ...request,
      meta: {
        ...(meta ? { truncated_meta: digest(meta) } : {}),
        ...(actions ? { truncated_actions: digest(actions) } : {})
      }
    },
    truncated: ['/request/meta', '/request/actions']
  })
}

function asShaped(line: AuditEntry): ShapedLine<AuditEntry> {
  return { line, text: JSON.stringify(line) }
}

function isShort(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes
}

function redactDeep(value: unknown, redact: Clean | undefined): unknown {
  if (typeof value === 'string') return redactOne(value, redact)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)])
  )
}

function redactOne(text: string, redact: Clean | undefined, name?: string): string {
  try {
    return (redact ? redact(text, name) : text).toWellFormed()
  } catch (cause) {
    throw new AuditError('redaction_failed', 'secrets could not be taken out', { cause })
  }
}
