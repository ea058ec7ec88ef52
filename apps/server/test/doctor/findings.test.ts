import { once } from 'node:events'
import { chmod, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { serveAnswers } from '../../../../test/support/serve-answers.ts'
import { createServerClient } from '../../src/client/server-client.ts'
import { checkKey } from '../../src/doctor/check-key.ts'
import { checkPolicy } from '../../src/doctor/check-policy.ts'
import { checkPort } from '../../src/doctor/check-port.ts'
import { checkSameServer, checkServer } from '../../src/doctor/check-server.ts'
import { checkDatabase, checkLogTail, checkSigningKey } from '../../src/doctor/check-state.ts'
import { checkUrl } from '../../src/doctor/check-url.ts'
import { checkVolume } from '../../src/doctor/check-volume.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { dataPaths } from '../../src/state/data-directory.ts'
import { openDatabase } from '../../src/state/database.ts'
import { policyText } from '../support/policy.ts'
import { writeSealedLog } from '../support/sealed-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** What was found, in short: the status and the id. */
function short(findings: readonly Finding[]): string[] {
  for (const { status, fix } of findings) expect(fix !== undefined).toBe(status !== 'ok')
  return findings.map(({ status, id }) => `${status} ${id}`)
}

let directory: string

beforeEach(async () => {
  directory = await temporaryDirectory()
})

describe('the key', () => {
  const keys: [key: string | undefined, expected: string][] = [
    [undefined, 'warn key_missing'],
    ['', 'warn key_missing'],
    ['changeme', 'fail key_well_known'],
    ['Your-API-Key', 'fail key_well_known'],
    ['abc123', 'fail key_short'],
    ['a'.repeat(64), 'fail key_short'],
    ['0123456789abcdef0123', 'warn key_short'],
    ['with a space 0123456789abcdef0123456789', 'fail key_unusable'],
    ['0123456789abcdef0123456789abcdef\n', 'fail key_unusable'],
    ['0123456789abcdef0123456789abcdef', 'ok key']
  ]
  test.each(keys)('%j is %s, and not shown', (key, expected) => {
    const found = checkKey({ key, isOnLine: false })
    expect(short(found)).toEqual([expected])
    if (key && key.length > 8) expect(JSON.stringify(found)).not.toContain(key)
  })

  test('is better kept off the command line', () => {
    const found = checkKey({ key: '0123456789abcdef0123456789abcdef', isOnLine: true })
    expect(short(found)).toEqual(['ok key', 'warn key_on_command_line'])
  })
})

const urls: [baseUrl: string, tls: boolean, hasKey: boolean, expected: string][] = [
  ['', false, false, 'ok base_url'],
  ['', false, true, 'warn base_url_missing'],
  ['guard.example', false, true, 'fail base_url_invalid'],
  ['ftp://guard.example', false, true, 'fail base_url_invalid'],
  ['https://user:word@guard.example', true, true, 'fail base_url_secret'],
  ['https://guard.example', true, true, 'ok tls'],
  ['https://guard.example', false, true, 'warn tls_flag_missing'],
  ['http://localhost:8080', false, true, 'ok tls'],
  ['http://localhost:8080', true, true, 'fail tls_flag_wrong'],
  ['http://guard.example', false, true, 'fail tls_missing']
]
test.each(urls)('base URL %j, TLS upstream %j, key %j: %s', (baseUrl, tls, hasKey, expected) => {
  expect(short(checkUrl({ baseUrl, isTlsTerminatedUpstream: tls, hasKey }))).toEqual([expected])
})

describe('the volume', () => {
  test('can be written to, is closed to others and has room', async () => {
    await chmod(directory, 0o700)
    const found = short(await checkVolume(directory))
    expect(found.slice(0, 2)).toEqual(['ok volume', 'ok volume_mode'])
    expect(found[2]).toMatch(/volume_space$/)
  })

  test('is open to others', async () => {
    await chmod(directory, 0o755)
    expect(short(await checkVolume(directory))).toContain('warn volume_mode')
    await chmod(directory, 0o777)
    expect(short(await checkVolume(directory))).toContain('fail volume_mode')
  })

  test('is not there, or no directory', async () => {
    expect(short(await checkVolume(join(directory, 'none')))).toEqual(['warn volume'])
    await writeFile(join(directory, 'file'), '')
    expect(short(await checkVolume(join(directory, 'file')))).toEqual(['fail volume'])
    expect(short(await checkVolume(join(directory, 'file/deeper')))).toEqual(['fail volume'])
  })

  test('that only exists to be read from is found', async () => {
    expect(short(await checkVolume('/proc/self'))).toContain('fail volume')
  })
})

describe('the database', () => {
  test('is whole, or not there yet', async () => {
    const { database: path } = dataPaths(directory)
    expect(short(await checkDatabase(path))).toEqual(['ok database'])
    ;(await openDatabase(path)).close()
    expect(short(await checkDatabase(path))).toEqual(['ok database'])
    await chmod(path, 0o644)
    expect(short(await checkDatabase(path))).toEqual(['ok database', 'warn file_mode'])
  })

  test('is damaged', async () => {
    const { database: path } = dataPaths(directory)
    const database = await openDatabase(path)
    database.exec('create table junk (x); pragma wal_checkpoint(truncate)')
    database.close()
    await writeFile(path, (await readFile(path)).fill(0xff, 100, 3000))
    expect(short(await checkDatabase(path))).toEqual(['fail database'])
    await writeFile(path, 'this is no database, whatever its name says')
    expect(short(await checkDatabase(path))).toEqual(['fail database'])
  })

  test('is of a later version', async () => {
    const { database: path } = dataPaths(directory)
    const database = new DatabaseSync(path)
    database.exec('pragma user_version = 9999')
    database.close()
    expect(short(await checkDatabase(path))).toContain('fail database_version')
  })
})

describe('the end of the log', () => {
  const requests = ['ls 1', 'ls 2', 'ls 3'].map((command) => ({
    request: { scope: 'shell', command }
  }))
  const now = Date.now() + 1000

  test('belongs together, or is not there yet', async () => {
    const log = join(directory, 'audit.jsonl')
    expect(short(await checkLogTail(log, now))).toEqual(['ok audit_log'])
    await writeSealedLog(log, requests)
    expect(short(await checkLogTail(log, now))).toEqual(['ok audit_log'])
    // A line that is being written has no end yet.
    await truncate(log, (await stat(log)).size - 10)
    expect(short(await checkLogTail(log, now))).toEqual(['ok audit_log'])
  })

  const damages: [name: string, damage: (text: string) => string][] = [
    ['a changed line', (text) => text.replace('ls 2', 'rm 2')],
    ['a missing line', (text) => text.split('\n').toSpliced(2, 1).join('\n')],
    ['a line of somebody else', (text) => text.replace('\n', '\n{"timestamp":"x"}\n')],
    ['garbage', (text) => `${text}garbage\n`]
  ]
  test.each(damages)('%s is found', async (_, damage) => {
    const log = join(directory, 'audit.jsonl')
    await writeSealedLog(log, requests)
    await writeFile(log, damage(await readFile(log, 'utf8')))
    expect(short(await checkLogTail(log, now))).toContain('fail audit_log')
  })

  test('is ahead of the clock', async () => {
    const log = join(directory, 'audit.jsonl')
    await writeSealedLog(log, requests)
    expect(short(await checkLogTail(log, Date.now() - 3_600_000))).toContain('fail clock_back')
  })

  test('is one of version 1.0', async () => {
    const log = join(directory, 'audit.jsonl')
    await writeFile(log, '{"_meta":{"schema_version":2,"created_at":"2026-11-22T00:00:00Z"}}\n', {
      mode: 0o600
    })
    expect(short(await checkLogTail(log, now))).toContain('warn audit_log')
  })
})

test('the signing key is closed to others, or known', async () => {
  const paths = dataPaths(directory)
  expect(short(await checkSigningKey(paths))).toEqual(['ok signing_key'])
  await writeFile(paths.signingKey, 'key', { mode: 0o600 })
  expect(short(await checkSigningKey(paths))).toEqual(['ok signing_key'])
  await chmod(paths.signingKey, 0o644)
  expect(short(await checkSigningKey(paths))).toEqual(['fail signing_key'])
})

test('the policy loads, warns or is none', async () => {
  const file = join(directory, 'p.yaml')
  await writeFile(file, policyText)
  expect(short(await checkPolicy(file))).toEqual(['ok policy'])
  await writeFile(file, policyText.replace('deny:', 'denny:'))
  expect(short(await checkPolicy(file))).toEqual(['fail policy'])
  expect(short(await checkPolicy(join(directory, 'none.yaml')))).toEqual(['fail policy'])
  await mkdir(join(directory, 'd'))
  expect(short(await checkPolicy(join(directory, 'd')))).toEqual(['fail policy'])
})

test('a port is free, ours, or of another program', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  expect(short([await checkPort(port, async () => true)])).toEqual(['ok port'])
  expect(short([await checkPort(port, async () => false)])).toEqual(['fail port'])
  server.close()
  await once(server, 'close')
  expect(short([await checkPort(port, async () => false)])).toEqual(['ok port'])
})

describe('the server', () => {
  const health = { status: 'ok', version: '1', tenant: 'local', uptime_seconds: 1, warnings: [] }
  const now = (): number => Date.UTC(2026, 10, 22, 7, 0, 0)

  async function ask(
    { skewMs = 0, audit = 200, body = health as object },
    { hasKey = true, version = '1' } = {}
  ): Promise<string[]> {
    const url = await serveAnswers((request, response) => {
      response.setHeader('date', new Date(now() + skewMs).toUTCString())
      if (request.url?.startsWith('/v1/audit')) response.writeHead(audit).end('[]')
      else response.end(JSON.stringify(body))
    })
    const client = createServerClient({ url, timeoutMs: 5000 })
    return short(await checkServer(client, { hasKey, version, now, isRequired: true }))
  }

  test('is as it should be', async () => {
    expect(await ask({})).toEqual(['ok server', 'ok clock', 'ok access'])
  })

  test('has another time', async () => {
    expect(await ask({ skewMs: 20_000 })).toContain('warn clock')
    expect(await ask({ skewMs: -600_000 })).toContain('fail clock')
  })

  test('does not take the key, or wants one', async () => {
    expect(await ask({ audit: 401 })).toContain('fail access')
    expect(await ask({ audit: 401 }, { hasKey: false })).toContain('warn access')
  })

  test('is degraded, or of another version', async () => {
    expect(await ask({ body: { ...health, warnings: ['the disk is full'] } })).toContain(
      'warn server_degraded'
    )
    expect(await ask({}, { version: '2' })).toContain('warn server_version')
  })

  test('is the one that the base URL leads to, or another', async () => {
    const serve = async (loaded: string): Promise<ReturnType<typeof createServerClient>> => {
      const body = JSON.stringify({ ...health, last_policy_load_at: loaded })
      const url = await serveAnswers((_, response) => response.end(body))
      return createServerClient({ url, timeoutMs: 5000 })
    }
    const [early, late] = ['2026-11-22T07:00:00.000Z', '2026-11-22T07:00:00.001Z'] as const
    const same = await checkSameServer(await serve(early), await serve(early))
    expect(short(same)).toEqual(['ok base_url_server'])
    const other = await checkSameServer(await serve(early), await serve(late))
    expect(short(other)).toEqual(['warn base_url_server'])
  })

  test('is none of ours, or not there', async () => {
    expect(await ask({ body: { hello: 'world' } })).toEqual(['fail server'])
    const client = createServerClient({ url: 'http://127.0.0.1:9', timeoutMs: 1000 })
    const expected = { hasKey: false, version: '1', now }
    expect(short(await checkServer(client, { ...expected, isRequired: true }))).toEqual([
      'fail server'
    ])
    expect(short(await checkServer(client, { ...expected, isRequired: false }))).toEqual([
      'warn server'
    ])
  })
})
