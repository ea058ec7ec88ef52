import type { AuditEntry, AuditMetaLine } from '@agentguard/protocol'

/** A line of the log: a verdict, or something that happened beside the verdicts. */
export type LogLine = AuditEntry | AuditMetaLine

/** Whether a line holds no verdict. */
export function isMetaLine(line: LogLine): line is AuditMetaLine {
  return '_meta' in line
}

/** When a line was written, as the line says. */
export function timeOf(line: LogLine): string {
  return isMetaLine(line) ? line._meta.created_at : line.timestamp
}
