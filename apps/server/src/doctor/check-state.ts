import { open, stat } from 'node:fs/promises'
import { hashOfLine, type LogLine } from '@agentguard/audit'
import type { DataPaths } from '../state/data-directory.ts'
import { schemaVersion } from '../state/migrate.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** How much of the end of a log is looked at. */
const tailBytes = 4 * 1_048_576

/** Looks at the database: can it be read, is it whole, is it of this version? */
export async function checkDatabase(path: string): Promise<Finding[]> {
  const mode = await modeOf(path)
  if (mode === undefined) return [ok('database', 'there is no database yet: serve makes it')]
  const { DatabaseSync } = await import('node:sqlite')
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      database.exec('pragma busy_timeout = 5000')
      const result = database.prepare('pragma quick_check(1)').get()?.['quick_check']
      if (result !== 'ok') return [damaged(path, String(result))]
      const version = Number(database.prepare('pragma user_version').get()?.['user_version'])
      return [ok('database', `${path} is whole`), ...checkSchema(version), ...checkMode(path, mode)]
    } finally {
      database.close()
    }
  } catch (error) {
    return [damaged(path, (error as Error).message)]
  }
}

function damaged(path: string, why: string): Finding {
  const fix =
    'Stop the server and restore a backup. Without the database, approvals and budgets begin anew.'
  return fail('database', `${path} is damaged: ${why}`, fix)
}

function checkSchema(version: number): Finding[] {
  if (version <= schemaVersion) return []
  const message = `the database has schema ${version}, and this version knows up to ${schemaVersion}`
  return [
    fail(
      'database_version',
      message,
      'Use the version of AgentGuard that wrote it, or a later one.'
    )
  ]
}

/** Looks at the end of the log: does each line belong behind the one before it? */
export async function checkLogTail(path: string, now: number): Promise<Finding[]> {
  const mode = await modeOf(path)
  if (mode === undefined) return [ok('audit_log', 'there is no log yet: serve begins it')]
  const lines = await readTail(path)
  const broken = findBroken(lines)
  const finding = broken
    ? fail(
        'audit_log',
        `${path}: ${broken}`,
        'Run: agentguard audit verify. Keep the files as they are.'
      )
    : describeTail(path, lines)
  return [finding, ...checkTime(lines, now), ...checkMode(path, mode)]
}

function describeTail(path: string, lines: readonly LogLine[]): Finding {
  const sealed = lines.filter(({ hash }) => hash !== undefined).length
  if (sealed > 0) return ok('audit_log', `the last ${sealed} lines of ${path} belong together`)
  return warn(
    'audit_log',
    `${path} is not sealed: it is a log of AgentGuard 1.0`,
    'serve seals it at its next start, and keeps what is there.'
  )
}

async function readTail(path: string): Promise<LogLine[]> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - tailBytes)
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start
    )
    const texts = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
    // The first may begin in the middle. The last is empty, or being written.
    return texts.slice(start > 0 ? 1 : 0, -1).map((text) => parse(text))
  } finally {
    await handle.close()
  }
}

/** A line that cannot be read is one without members: it belongs nowhere. */
function parse(text: string): LogLine {
  try {
    return (JSON.parse(text) ?? {}) as LogLine
  } catch {
    return {} as LogLine
  }
}

function findBroken(lines: readonly LogLine[]): string | undefined {
  let before: LogLine | undefined
  for (const line of lines) {
    if (before?.hash !== undefined && line.hash === undefined) return 'a line is not sealed'
    if (line.hash !== undefined) {
      const wrong = findWrong(line, before)
      if (wrong !== undefined) return wrong
    }
    before = line
  }
  return undefined
}

function findWrong(line: LogLine, before: LogLine | undefined): string | undefined {
  if (hashOrNone(line) !== line.hash) return `line ${line.seq} is not as it was written`
  if (before?.hash === undefined) return undefined
  const isNext = line.prev === before.hash && line.seq === (before.seq ?? -1) + 1
  return isNext ? undefined : `line ${line.seq} does not belong behind the one before it`
}

function hashOrNone(line: LogLine): string | undefined {
  try {
    return hashOfLine(line)
  } catch {
    return undefined
  }
}

/** A clock that is behind the log was put back, or has not been set. */
function checkTime(lines: readonly LogLine[], now: number): Finding[] {
  const last = lines.at(-1)
  if (!last) return []
  const at = Date.parse('_meta' in last ? last._meta.created_at : last.timestamp)
  const aheadMs = at - now
  if (Number.isNaN(at) || aheadMs < 5_000) return []
  const message = `the log is ${Math.round(aheadMs / 1000)} seconds ahead of the clock of this machine`
  return [
    fail('clock_back', message, 'Set the clock, and run NTP: approvals and budgets go by it.')
  ]
}

/** Looks at the key that signs the log: who else can read it? */
export async function checkSigningKey({ signingKey }: DataPaths): Promise<Finding[]> {
  const mode = await modeOf(signingKey)
  if (mode === undefined) return [ok('signing_key', 'there is no signing key yet: serve makes it')]
  if (process.platform === 'win32' || (mode & 0o077) === 0) {
    return [ok('signing_key', 'the signing key is closed to other users')]
  }
  return [
    fail(
      'signing_key',
      'other users can read the key that signs the audit log',
      `Run: chmod 600 ${signingKey}. Then take it for known, and make a new one.`
    )
  ]
}

function checkMode(path: string, mode: number): Finding[] {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return []
  return [warn('file_mode', `other users can read ${path}`, `Run: chmod 600 ${path}`)]
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
