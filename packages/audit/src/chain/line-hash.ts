import { leafHash } from '../tree/tree-hash.ts'
import { canonicalName } from './canonical-json.ts'
import { commitTo, fieldSalts } from './commitment.ts'
import { type LineField, lineContent } from './line-content.ts'
import type { LogLine } from './log-line.ts'
import { redactedText } from './sensitive-fields.ts'

/** Raised for a line that no writer makes, so that there is nothing to hash. */
class MalformedLine extends Error {}

const saltForm = /^[0-9a-f]{32}$/
const hashForm = /^[0-9a-f]{64}$/

/** What of a line says how its sensitive fields enter the hash. */
type Seal = { [K in 'salt' | 'salts' | 'redacted']: LogLine[K] | undefined }

/**
 * The hash of a line, from what the line holds: the leaf hash of the canonical JSON of the line without
 * `hash`, `salt`, `salts` and `redacted`, in which sensitive fields are replaced by `commitments`.
 *
 * Throws an error when the line is not of the form that a writer makes.
 */
export function hashOfLine(line: LogLine): string {
  const { hash, salt, salts, redacted, ...rest } = line
  const seal: Seal = { salt, salts, redacted }
  checkForms(seal)
  if ('commitments' in rest) throw new MalformedLine('has a member `commitments`')
  const content = lineContent(rest, ['commitments'])
  const commitments = commitmentsOf(content.fields, seal)
  return leafHash(content.withReserved([formatCommitments(content.fields, commitments)]))
}

/** The member `commitments`, as canonical JSON. */
export function formatCommitments(
  fields: readonly LineField[],
  commitments: readonly string[]
): string {
  let text = ''
  for (const [index, { pointer }] of fields.entries()) {
    text += `${index === 0 ? '' : ','}${canonicalName(pointer)}"${commitments[index]}"`
  }
  return `{${text}}`
}

function commitmentsOf(fields: readonly LineField[], { salt, salts, redacted }: Seal): string[] {
  const own = salt === undefined ? undefined : fieldSalts(salt, fields.length)
  const hidden = count(redacted)
  if (own ? fields.length === 0 : fields.length !== hidden + count(salts)) {
    throw new MalformedLine('has other fields than salts')
  }
  return fields.map(({ pointer, value }, index) => {
    const commitment = hidden > 0 ? member(redacted, pointer) : undefined
    if (commitment === undefined) return commitTo(saltAt(pointer, own?.[index], salts), value)
    if (value !== redactedText) throw new MalformedLine('shows a field that was redacted')
    return commitment
  })
}

function saltAt(pointer: string, own: string | undefined, salts: Seal['salts']): string {
  const salt = own ?? member(salts, pointer)
  if (salt === undefined) throw new MalformedLine('has a field without a salt')
  return salt
}

/** INVARIANT: every salt has one length, so that where it ends and the value starts is never in doubt. */
function checkForms({ salt, salts, redacted }: Seal): void {
  if (salt !== undefined && !isForm(salt, saltForm)) throw new MalformedLine('has a broken salt')
  if (salt !== undefined && (salts !== undefined || redacted !== undefined)) {
    throw new MalformedLine('has redacted fields and the salt of all')
  }
  checkMap(salts, saltForm)
  checkMap(redacted, hashForm)
}

function checkMap(map: Seal['salts'], form: RegExp): void {
  if (map === undefined) return
  const values: unknown[] = typeof map === 'object' && map !== null ? Object.values(map) : []
  if (values.length === 0) throw new MalformedLine('has an empty list of fields')
  if (!values.every((value) => isForm(value, form))) {
    throw new MalformedLine('has a broken salt or commitment')
  }
}

function isForm(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}

function member(map: Seal['salts'], key: string): string | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined
}

function count(map: Seal['salts']): number {
  return map === undefined ? 0 : Object.keys(map).length
}
