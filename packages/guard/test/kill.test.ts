import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { actionDigest } from '@agentguard/approvals'
import { sqliteApprovals } from '@agentguard/approvals/sqlite'
import { openAuditLog, verifyLog } from '@agentguard/audit'
import { fileAuditStore, readLogFiles } from '@agentguard/audit/file'
import type { AuditEntry } from '@agentguard/protocol'
import { sqliteBudgets } from '@agentguard/rate-limiter/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { killAction } from './kill-policy.ts'
import { long } from './long.ts'
import { signer } from './world.ts'

const kills = long ? 200 : 6

/** Lets a process answer for a while, and kills it. Returns what it said. */
async function answerUntilKilled(directory: string): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [new URL('kill-child.ts', import.meta.url).pathname, directory],
    {
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const ready = Promise.withResolvers<void>()
  let said = ''
  let failed = ''
  child.stdout.on('data', (data) => {
    said += data
    if (said.startsWith('ready\n')) ready.resolve()
  })
  child.stderr.on('data', (data) => {
    failed += data
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  await Promise.race([ready.promise, ended])
  await sleep(Math.random() * 300)
  child.kill('SIGKILL')
  await ended
  expect(failed).toBe('')
  // A last line without its end was not said in full, and so not heard.
  return said.split('\n').slice(1, -1)
}

test(`killed ${kills} times under load: nothing that was allowed is missing or works again`, {
  timeout: kills * 5000
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-guard-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'audit.jsonl')
  const said: string[][] = []
  for (let kill = 0; kill < kills; kill++) {
    const answers = await answerUntilKilled(directory)
    said.push(...answers.map((answer) => answer.split(' ')))
  }

  const audit = await openAuditLog({ store: fileAuditStore({ path }), signer, redact: false })
  const entries = new Map<string | undefined, AuditEntry[]>()
  const used: string[] = []
  let cursor: string | undefined
  do {
    const page = await audit.query({ decision: 'ALLOW', limit: 1000, ...(cursor && { cursor }) })
    expect(page.unreadable).toBe(0)
    for (const entry of page.lines as AuditEntry[]) {
      entries.set(entry.request_id, [...(entries.get(entry.request_id) ?? []), entry])
      used.push(entry.result.approval_id as string)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  await audit.close()

  const database = new DatabaseSync(join(directory, 'guard.db'))
  const approvals = sqliteApprovals({ database })
  for (const [requestId = '', approvalId = '', pid = '', command = ''] of said) {
    expect(entries.get(requestId)).toMatchObject([{ result: { approval_id: approvalId } }])
    const digest = actionDigest(killAction(pid, command))
    expect(await approvals.consume('local', approvalId, digest)).toMatchObject({
      reason: 'consumed'
    })
  }
  // Also what was written but not answered any more is used, and nothing twice.
  expect(new Set(used).size).toBe(used.length)
  for (const id of used) {
    expect(await approvals.status('local', id)).toMatchObject({ consumed: true })
  }
  const account = { tenant: 'local', holder: 'session', id: 'kill', period: 'ever' } as const
  const spent = await sqliteBudgets({ database }).spent(account, Date.now())
  expect(spent).toBeGreaterThanOrEqual(used.length * 1000)
  await approvals.close()
  database.close()
  expect((await verifyLog(readLogFiles(path), { keys: [] })).problem).toBeUndefined()
  console.log(`${kills} kills, ${said.length} answers ALLOW, ${used.length} in the log`)
  expect(said.length).toBeGreaterThan(0)
})
