import { isNameUnit, isSpace } from '../char-class.ts'
import type { ProgramForm } from '../rules.ts'
import type { Scan } from '../scan.ts'
import { lineEnd } from '../value.ts'

/** A program's name: from here to the end of the line its short options count. */
export function findProgram(scan: Scan, form: ProgramForm, at: number, end: number): void {
  const { text } = scan
  if (isNameUnit(text.charCodeAt(at - 1)) || !isSpace(text.charCodeAt(end))) return
  scan.program = form
  // Programs of one line have one line end, which is looked for once.
  if (scan.programEnd < at) scan.programEnd = lineEnd(text, end)
}
