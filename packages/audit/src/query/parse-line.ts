import type { LogLine } from '../chain/log-line.ts'

/** Reads a line of a log, of ours or of AgentGuard v1.0. `undefined` when it is none. */
export function parseLine(text: string): LogLine | undefined {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof line !== 'object' || line === null) return undefined
  const { _meta: meta, request, result } = line as Record<string, unknown>
  const isLine = isObject(meta) || (isObject(request) && isObject(result))
  return isLine ? (line as LogLine) : undefined
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
