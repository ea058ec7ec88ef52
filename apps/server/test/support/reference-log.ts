import { writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/** What differs between entries. */
export interface ReferenceEntry {
  readonly request: ActionRequest
  readonly result: Pick<CheckResult, 'decision'> & Partial<CheckResult>
  readonly timestamp?: string
  readonly tenant_id?: string
}

/** A line as AgentGuard 1.0 writes it: its members, its order, nanoseconds, and no seal. */
export function referenceLine(entry: ReferenceEntry): string {
  const { request, result, timestamp = '2026-11-22T07:02:56.180906255Z', tenant_id } = entry
  return JSON.stringify({
    timestamp,
    ...(tenant_id === undefined ? {} : { tenant_id }),
    session_id: request.session_id ?? '',
    agent_id: request.agent_id ?? '',
    request: { schema_version: 'v1', ...request },
    result: { schema_version: 'v1', reason: '', ...result },
    duration_ms: 0,
    transport: 'sdk'
  })
}

export const referenceHeader: string = JSON.stringify({
  _meta: { schema_version: 2, created_at: '2026-11-22T07:00:00.000000001Z' }
})

/** Writes a log, compressed if its name says so. */
export async function writeLog(file: string, lines: readonly string[]): Promise<void> {
  const text = `${[referenceHeader, ...lines].join('\n')}\n`
  await writeFile(file, file.endsWith('.gz') ? gzipSync(text) : text)
}
