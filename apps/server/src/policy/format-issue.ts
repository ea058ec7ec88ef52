import type { PolicyIssue } from '@agentguard/policy'
import { printable } from '@agentguard/protocol/printable'

/** An issue on one line, in the form that editors and terminals can jump to. */
export function formatIssue(file: string, issue: PolicyIssue): string {
  const { line, column, code, message } = issue
  return printable(`${file}:${line}:${column}: ${code}: ${message}`)
}
