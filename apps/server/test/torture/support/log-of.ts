import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyLog } from '@agentguard/audit'
import { readLogFiles } from '@agentguard/audit/file'
import type { AuditEntry, AuditMetaLine } from '@agentguard/protocol'
import { expect } from 'vitest'

/** The lines of a log that is not compressed, as they are stored. */
export async function linesOf(directory: string): Promise<(AuditEntry | AuditMetaLine)[]> {
  const text = await readFile(join(directory, 'audit.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** The entries of a log. */
export async function entriesOf(directory: string): Promise<AuditEntry[]> {
  const lines = await linesOf(directory)
  return lines.flatMap((line) => ('_meta' in line ? [] : [line]))
}

/** The entries of a log that may be larger than the memory, one after the other. */
export async function* eachEntry(directory: string): AsyncGenerator<AuditEntry> {
  const file = await open(join(directory, 'audit.jsonl'))
  for await (const text of file.readLines()) {
    const line = JSON.parse(text) as AuditEntry | AuditMetaLine
    if (!('_meta' in line)) yield line
  }
}

/** Expects that nothing of a log was changed. */
export async function expectVerified(directory: string): Promise<void> {
  const key = await readFile(join(directory, 'audit-signing-key.pem.pub'), 'utf8')
  const report = await verifyLog(readLogFiles(join(directory, 'audit.jsonl')), {
    keys: [key.trim()]
  })
  expect(report).toMatchObject({ ok: true })
}
