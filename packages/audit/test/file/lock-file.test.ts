import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileAuditStore } from '../../src/file/index.ts'
import { entryOf } from '../support/entries.ts'
import { openLog } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const child = fileURLToPath(new URL('../support/crash-child.ts', import.meta.url))

describe('the lock of a log', () => {
  test('keeps a second log out, in this process and in another, and is gone when the log is closed', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const log = await openLog(fileAuditStore({ path }))
    await expect(openLog(fileAuditStore({ path }))).rejects.toMatchObject({ code: 'locked' })
    const other = spawn(process.execPath, [child, path], { stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    other.stderr.on('data', (data: Buffer) => {
      errors += data.toString('utf8')
    })
    const [code] = await once(other, 'close')
    expect(code).toBe(1)
    expect(errors).toContain(`process ${process.pid} on`)
    await log.close()
    await (await openLog(fileAuditStore({ path }))).close()
  })

  test('is stale when its process was killed', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const holder = spawn(process.execPath, [child, path, '1'], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    await new Promise<void>((resolve) => {
      holder.stdout.on('data', (data: Buffer) => {
        if (data.toString('utf8').includes('opened')) resolve()
      })
    })
    await expect(openLog(fileAuditStore({ path }))).rejects.toMatchObject({ code: 'locked' })
    holder.kill('SIGKILL')
    await once(holder, 'close')
    const log = await openLog(fileAuditStore({ path }))
    await log.append(entryOf(0))
    await log.close()
  })

  test('is stale when another process has the number of the one that held it', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const first = await openLog(fileAuditStore({ path }))
    const holder = JSON.parse(await readFile(`${path}.lock`, 'utf8'))
    await first.close()
    await writeFile(`${path}.lock`, JSON.stringify({ ...holder, started: '1' }))
    await (await openLog(fileAuditStore({ path }))).close()
  })

  test('is stale soon when its process was killed before it wrote who it is', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    await writeFile(`${path}.lock`, '{"pid":')
    await (await openLog(fileAuditStore({ path }))).close()
  })

  test('of another host is believed while it is touched', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const text = JSON.stringify({ pid: 1, started: '1', host: 'elsewhere', token: 't' })
    await writeFile(`${path}.lock`, text)
    await expect(openLog(fileAuditStore({ path }))).rejects.toMatchObject({ code: 'locked' })
    const longAgo = new Date(Date.now() - 120_000)
    await utimes(`${path}.lock`, longAgo, longAgo)
    await (await openLog(fileAuditStore({ path }))).close()
  })

  describe('of another container with the same host name', () => {
    async function heldElsewhere(ageMs: number): Promise<string> {
      const path = join(await temporaryDirectory(), 'audit.jsonl')
      const holder = { pid: 1, started: '1', host: hostname(), namespace: 'pid:[1]', token: 't' }
      await writeFile(`${path}.lock`, JSON.stringify(holder))
      await touch(path, ageMs)
      return path
    }

    async function touch(path: string, ageMs: number): Promise<void> {
      const at = new Date(Date.now() - ageMs)
      await utimes(`${path}.lock`, at, at)
    }

    test('is believed when it is touched while somebody wants it', async () => {
      const path = await heldElsewhere(3000)
      const holding = setInterval(() => void touch(path, 1000), 50)
      onTestFinished(() => clearInterval(holding))
      await expect(openLog(fileAuditStore({ path }))).rejects.toMatchObject({ code: 'locked' })
    })

    test('is stale when it is not touched for some seconds', async () => {
      const path = await heldElsewhere(5500)
      await (await openLog(fileAuditStore({ path }))).close()
    })
  })
})
