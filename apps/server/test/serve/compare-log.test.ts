import { once } from 'node:events'
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditLog } from '@agentguard/audit'
import { noRedaction } from '@agentguard/redaction'
import { expect, onTestFinished, test } from 'vitest'
import type { Health } from '../../src/http/health.ts'
import { createObservers } from '../../src/serve/observers.ts'
import { openLog } from '../../src/serve/open-log.ts'
import { createOpened } from '../../src/serve/opened.ts'
import type { AuditOptions, StateOptions } from '../../src/serve/options.ts'
import { openState } from '../../src/state/open-state.ts'
import { type ServingBin, serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { verifyAuditFile } from '../support/verify-audit.ts'

const gone = /WARNING: lines of the audit log are gone/
const added = /WARNING: lines were added to the audit log while no server ran/
const unknown = /WARNING: there is an audit log of \d+ lines, and a database that does not know it/

const auditOptions: AuditOptions = {
  backend: 'file',
  path: undefined,
  overflowPath: undefined,
  durability: 'written',
  maxPartBytes: 0,
  maxParts: 0,
  maxAgeMs: 0,
  compress: false,
  sourceBytesPerHour: 0
}

function stateOptions(dataDirectory: string, isPersistent = true): StateOptions {
  const none = { approvalValidityMs: 0, sessionCostTtlMs: 0, sessionCostSweepMs: 0 }
  return { dataDirectory, isPersistent, ...none }
}

interface OpenServer {
  readonly audit: AuditLog
  readonly health: Health
  /** What its log says of lines that are gone, or of a database that is. */
  readonly warnings: readonly string[]
  stop(): Promise<void>
}

/** Opens state and log as the server does. */
async function open(
  directory: string,
  options: Partial<AuditOptions> = {},
  isPersistent = true
): Promise<OpenServer> {
  const lines: string[] = []
  const log = (line: string): void => void lines.push(line)
  const state = await openState(stateOptions(directory, isPersistent), log)
  const opened = createOpened()
  opened.defer(state.close)
  onTestFinished(() => opened.close())
  const observers = createObservers(log)
  const given = { options: { ...auditOptions, ...options }, state, observers }
  const { audit } = await openLog({ ...given, redactorOf: () => noRedaction }, opened)
  return {
    audit,
    health: observers.health,
    warnings: lines.filter((line) => [gone, added, unknown].some((one) => one.test(line))),
    stop: () => opened.close()
  }
}

/** A directory in which a server has run. */
async function used(events = 3): Promise<{ directory: string; log: string }> {
  const directory = await temporaryDirectory()
  const server = await open(directory)
  for (let count = 0; count < events; count++) await server.audit.appendEvent('something')
  await server.stop()
  return { directory, log: join(directory, 'audit.jsonl') }
}

test('after a stop, nothing is gone at the next start', async () => {
  const { directory } = await used()
  for (let start = 0; start < 3; start++) {
    const { audit, health, warnings, stop } = await open(directory)
    expect(warnings).toEqual([])
    expect(health.report().status).toBe('ok')
    expect((await audit.query({ kind: 'log-lost' })).lines).toEqual([])
    await stop()
  }
})

test.each([
  ['removed', (log: string) => rm(log)],
  [
    'cut off at a line',
    async (log: string) => {
      const text = await readFile(log, 'utf8')
      await truncate(log, Buffer.byteLength(text.slice(0, text.indexOf('\n', 400) + 1)))
    }
  ],
  ['emptied', (log: string) => truncate(log)]
])('a log that was %s between a stop and a start began anew without a word', async (_, change) => {
  const { directory, log } = await used()
  await change(log)
  const { audit, health, warnings, stop } = await open(directory)
  expect(warnings).toEqual([expect.stringMatching(gone)])
  expect(health.degraded()).toMatchObject({ audit_log_changed: true })
  expect(health.report().warnings).toContain('audit: the log is not as it was left')
  const [event] = (await audit.query({ kind: 'log-lost' })).lines
  const detail = event && '_meta' in event ? event._meta.detail : {}
  const { known_size, known_hash, size, note } = detail ?? {}
  expect(note).toMatch(new RegExp(`^\\S+\\n${known_size}\\n`))
  expect(known_hash).toMatch(/^[0-9a-f]{64}$/)
  expect(size).toBeLessThan(Number(known_size))
  // It goes on, and is told of once.
  await audit.appendEvent('something')
  await stop()
  expect(await verifyAuditFile(directory)).toMatchObject({ ok: true })
  expect((await open(directory)).warnings).toEqual([])
})

test('another log in the place of one that was signed is noticed, however long it is', async () => {
  const [one, other] = [await used(), await used(20)]
  await rename(other.log, one.log)
  expect((await open(one.directory)).warnings).toEqual([expect.stringMatching(gone)])
})

test('lines that somebody added while no server ran were signed with the next checkpoint', async () => {
  const { directory } = await used()
  const without = await open(directory, {}, false)
  await without.audit.appendEvent('something')
  await without.stop()
  const { audit, health, warnings, stop } = await open(directory)
  expect(warnings).toEqual([expect.stringMatching(added)])
  expect(health.degraded()).toMatchObject({ audit_log_changed: true })
  expect((await audit.query({ kind: 'log-extended' })).lines).toHaveLength(1)
  await stop()
  expect((await open(directory)).warnings).toEqual([])
})

test('a log in the database is compared as well', async () => {
  const directory = await temporaryDirectory()
  await (await open(directory, { backend: 'store' })).stop()
  const state = await openState(stateOptions(directory), () => {})
  state.database?.exec('delete from audit_lines; delete from audit_chain; delete from audit_parts')
  await state.close()
  const { warnings } = await open(directory, { backend: 'store' })
  expect(warnings).toEqual([expect.stringMatching(gone)])
})

test('a database that was removed is noticed by the log that is there', async () => {
  const { directory } = await used()
  await rm(join(directory, 'agentguard.db'))
  const { audit, warnings, stop } = await open(directory)
  expect(warnings).toEqual([expect.stringMatching(unknown)])
  expect((await audit.query({ kind: 'database-begun' })).lines).toHaveLength(1)
  await stop()
  expect((await open(directory)).warnings).toEqual([])
})

test('each log is compared with itself, and one without a database with nothing', async () => {
  const { directory } = await used()
  for (const options of [
    { path: join(directory, 'other.jsonl') },
    { backend: 'store' } as const,
    {}
  ]) {
    const { warnings, stop } = await open(directory, options)
    expect(warnings).toEqual([])
    await stop()
  }
  const { warnings, stop } = await open(directory, {}, false)
  expect(warnings).toEqual([])
  await stop()
})

async function end({ child }: ServingBin): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

test('a log that is removed right after the start of a server that is killed is missed', async () => {
  const directory = await temporaryDirectory()
  const policy = join(directory, 'p.yaml')
  await writeFile(policy, 'version: "1"\nname: p\nrules: []\n')
  const args = ['--policy', policy, '--data-dir', directory]
  await end(await serveBin(args))
  await rm(join(directory, 'audit.jsonl'))
  const server = await serveBin(args)
  expect(server.lines.filter((line) => gone.test(line))).toHaveLength(1)
})
