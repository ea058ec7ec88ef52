/** A disk that is full, or slow (performance.md A5, A10). */
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigner, openAuditLog } from '@agentguard/audit'
import { fileAuditStore, nodeLogFs } from '@agentguard/audit/file'
import { expect, test } from 'vitest'
import { heldBytes } from '../../../../test/support/held-bytes.ts'
import { apiOf } from '../support/api.ts'
import { serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { keepAsking } from './support/load.ts'
import { entriesOf, expectVerified } from './support/log-of.ts'
import { until } from './support/serve-here.ts'

const policy = `version: "1"
name: disk
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
`
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0

test.runIf(hasPrlimit)(
  'A5: on a full disk every check is denied, nothing is allowed that is not written, and it heals by itself',
  async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(file, policy)
    const server = await serveBin(['--policy', file, '--data-dir', directory, '--dashboard'])
    const api = apiOf(server.port)
    const limit = (bytes: string) =>
      spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}:unlimited`])
    const allowed = new Set<string>()
    const others: string[] = []
    let count = 0
    let denied = 0
    const load = (isOver: () => boolean) =>
      keepAsking({
        port: server.port,
        askers: 32,
        next: () =>
          isOver() ? undefined : { scope: 'shell', command: 'make', agent_id: `a${count++}` },
        onAnswer({ status, verdict }, action) {
          if (status === 200 && verdict.decision === 'ALLOW')
            allowed.add(String(action['agent_id']))
          else if (status === 200 && verdict.matched_rule === 'deny:guard:audit') denied++
          else others.push(`${status} ${verdict.decision} ${verdict.matched_rule}`)
        }
      })
    const approval = await api.check({ scope: 'shell', command: 'deploy it', agent_id: 'bot' })
    const { size } = await stat(join(directory, 'audit.jsonl'))
    limit(String(size + 20_000))
    await load(() => denied >= 200)

    const before = allowed.size
    await load(() => count % 100 === 99)
    expect(allowed.size).toBe(before)
    expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(503)
    expect(await api.get('/v1/health')).toMatchObject({ status: 'degraded' })
    const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
    expect(metrics).toMatch(/^agentguard_audit_failures_total [1-9]/m)
    // An answer of a person that cannot be written down is no answer.
    const answered = await api.post(`/v1/approve/${approval.approval_id}`)
    expect(answered.status).toBeGreaterThanOrEqual(500)
    expect(server.child.exitCode).toBeNull()

    limit('unlimited')
    await until(
      async () => (await api.check({ scope: 'shell', command: 'make' })).decision === 'ALLOW'
    )
    expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(200)
    const after = denied
    await load(() => allowed.size >= before + 100)
    expect(denied).toBe(after)
    expect(others).toEqual([])

    server.child.kill('SIGTERM')
    await once(server.child, 'exit')
    const written = (await entriesOf(directory))
      .filter(({ result }) => result.decision === 'ALLOW')
      .map(({ agent_id }) => agent_id)
    expect([...allowed].filter((agent) => !written.includes(agent))).toEqual([])
    await expectVerified(directory)
  },
  60_000
)

test('A10: behind a slow disk little waits, what does not fit is refused at once, and memory stays', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'audit.jsonl')
  const release = Promise.withResolvers<void>()
  let isSlow = false
  const log = await openAuditLog({
    store: fileAuditStore({
      path,
      fs: {
        ...nodeLogFs,
        async open(name, mode) {
          const opened = await nodeLogFs.open(name, mode)
          return {
            ...bound(opened),
            async write(bytes) {
              if (isSlow) await release.promise
              return await opened.write(bytes)
            },
            async sync() {
              if (isSlow) await release.promise
              await opened.sync()
            }
          }
        }
      }
    }),
    signer: createSigner('disk.test', generateKeyPairSync('ed25519').privateKey),
    redact: false
  })
  isSlow = true
  const before = await heldBytes()
  const outcomes = { written: 0, refused: 0 }
  const entry = {
    timestamp: new Date().toISOString(),
    session_id: '',
    agent_id: 'a',
    request: { scope: 'shell', command: 'x'.repeat(4000) },
    result: { decision: 'ALLOW', reason: '' },
    duration_ms: 0
  } as const
  const appends: Promise<void>[] = []
  for (let at = 0; at < 20_000; at++) {
    appends.push(
      log.append({ ...entry, agent_id: `a${at}` }).then(
        () => void outcomes.written++,
        () => void outcomes.refused++
      )
    )
    if (at % 500 === 0) await new Promise(setImmediate)
  }
  await new Promise(setImmediate)
  const waiting = log.health().waiting
  expect(waiting).toBeLessThanOrEqual(4096 + 512)
  expect(outcomes.refused).toBeGreaterThanOrEqual(20_000 - 4096 - 512)
  expect((await heldBytes()) - before).toBeLessThan(64 * 1_048_576)
  isSlow = false
  release.resolve()
  await Promise.all(appends)
  expect(outcomes.written + outcomes.refused).toBe(20_000)
  expect(log.health().status).toBe('ok')
  await log.close()
})

/** The methods of an open file, to be spread. */
function bound<T extends object>(file: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(file)).concat(Object.keys(file))
  return Object.fromEntries(
    names
      .filter((name) => name !== 'constructor' && typeof file[name as keyof T] === 'function')
      .map((name) => [name, (file[name as keyof T] as unknown as CallableFunction).bind(file)])
  ) as T
}
