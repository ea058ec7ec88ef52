import { isNameUnit, isSpace } from '../char-class.ts'
import type { ProgramForm } from '../rules.ts'
import type { Scan } from '../scan.ts'
import { lineEnd } from '../value.ts'

/** Behind the names of programs in Windows. */
const exe = '.exe'

/** A program's name: from here to the end of the line its short options count. */
export function findProgram(scan: Scan, form: ProgramForm, at: number, end: number): void {
  const { text } = scan
  const nameEnd = text.slice(end, end + exe.length).toLowerCase() === exe ? end + exe.length : end
  if (isNameUnit(text.charCodeAt(at - 1)) || !isSpace(text.charCodeAt(nameEnd))) return
  scan.program = form
  // Programs of one line have one line end, which is looked for once.
  if (scan.programEnd < at) scan.programEnd = lineEnd(text, end)
}
