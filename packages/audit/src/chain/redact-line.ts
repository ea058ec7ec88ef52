import { AuditError } from '../audit-error.ts'
import { commitTo, fieldSalts } from './commitment.ts'
import { lineContent } from './line-content.ts'
import type { LogLine } from './log-line.ts'
import { mapSensitiveFields, redactedText } from './sensitive-fields.ts'

/**
 * Takes fields out of a sealed line for good. The line keeps its hash, and says what was taken out.
 *
 * Fields are named by JSON pointers, such as `/request/command`. The values and their salts are gone
 * from the result; what is left of them is a commitment that nobody can test a guess against.
 */
export function redactLine(line: LogLine, pointers: readonly string[]): LogLine {
  const { hash, salt, salts: known = {}, redacted: before = {}, ...content } = line
  const { fields } = lineContent(content, [])
  const own = salt === undefined ? undefined : fieldSalts(salt, fields.length)
  const salts: Record<string, string> = {}
  const redacted: Record<string, string> = { ...before }
  const wanted = new Set(pointers.filter((pointer) => !Object.hasOwn(before, pointer)))
  for (const [index, { pointer, value }] of fields.entries()) {
    if (Object.hasOwn(before, pointer)) continue
    const fieldSalt = own?.[index] ?? known[pointer]
    if (fieldSalt === undefined) throw new AuditError('not_found', 'the line is not sealed')
    if (wanted.delete(pointer)) redacted[pointer] = commitTo(fieldSalt, value)
    else salts[pointer] = fieldSalt
  }
  const [missing] = wanted
  if (missing !== undefined)
    throw new AuditError('not_found', `the line has no field \`${missing}\``)
  const shown = mapSensitiveFields(content, (pointer, value) =>
    Object.hasOwn(redacted, pointer) ? redactedText : value
  )
  const rest = Object.keys(salts).length > 0 ? { salts } : {}
  return { ...shown, ...rest, redacted, hash } as LogLine
}
