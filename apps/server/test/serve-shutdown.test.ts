import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { apiOf } from './support/api.ts'
import { serveBin } from './support/bin.ts'
import { policyText } from './support/policy.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'
import { verifyAuditFile } from './support/verify-audit.ts'

async function serving() {
  const directory = await temporaryDirectory()
  const file = join(directory, 'p.yaml')
  await writeFile(file, `${policyText}notifications: { on_deny: [{ type: log }] }\n`)
  const server = await serveBin(['--policy', file, '--data-dir', directory, '--dashboard'])
  return { ...server, api: apiOf(server.port), directory, base: `http://127.0.0.1:${server.port}` }
}

describe('stopping', () => {
  test('ends streams and long polls, finishes checks, and writes everything down', async () => {
    const { child, api, base, directory, lineLike } = await serving()
    const { approval_id: id } = await api.check({ scope: 'shell', command: 'npm x' })
    const stream = await fetch(`${base}/api/stream`)
    const reader = stream.body?.getReader()
    await reader?.read()
    const waiting = fetch(`${base}/v1/wait/${id}?timeout=50s`)
    // Whatever is answered while the server stops is a verdict.
    const answered: string[] = []
    const ask = async (): Promise<void> => {
      for (;;) answered.push((await api.check({ scope: 'shell', command: 'ls x' })).decision)
    }
    const asking = Promise.allSettled(Array.from({ length: 8 }, ask))
    await eventually(() => expect(answered.length).toBeGreaterThan(50))
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await lineLike(/Shutting down/)
    await asking
    expect(await (await waiting).json()).toEqual({ id, status: 'pending' })
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read());
    expect(await ended).toEqual([0, null])
    expect(answered.filter((decision) => decision !== 'ALLOW')).toEqual([])
    expect(await verifyAuditFile(directory)).toMatchObject({ ok: true })
  })

  test('is written down, like starting', async () => {
    const { child, directory } = await serving()
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    const { readFile } = await import('node:fs/promises')
    const events = (await readFile(join(directory, 'audit.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line)._meta?.event ?? [])
    expect(events).toEqual([
      'policy-loaded',
      'checkpoint',
      'server-started',
      'server-stopped',
      'checkpoint'
    ])
  })

  // It used to end the server on the spot, as it asks other servers to read their files again.
  test('is not what a hang-up asks for, where there is no terminal', async () => {
    const { child, api } = await serving()
    const ended = once(child, 'exit')
    child.kill('SIGHUP')
    expect(await api.check({ scope: 'shell', command: 'ls x' })).toMatchObject({
      decision: 'ALLOW'
    })
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('a log that nobody reads any more ends nothing', async () => {
    const { child, api } = await serving()
    child.stderr.destroy()
    for (let count = 0; count < 5; count++) {
      expect(await api.check({ scope: 'shell', command: 'rm x' })).toMatchObject({
        decision: 'DENY'
      })
      await api.post('/v1/audit', { rule: 'x' })
    }
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('a second signal does not wait', async () => {
    const { child, port, lineLike } = await serving()
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await lineLike(/Shutting down/)
    child.kill('SIGTERM')
    expect(await ended).toEqual([null, 'SIGTERM'])
  })

  // The SDK goes on waiting for it, and keeps the process alive.
  test('is not held up by a collector of telemetry that never answers', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void silent.close())
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(file, policyText)
    const { child, port, lineLike } = await serveBin(
      ['--policy', file, '--data-dir', directory, '--otel'],
      {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
          OTEL_EXPORTER_OTLP_TIMEOUT: '3600000',
          OTEL_LOGS_EXPORTER: 'none'
        }
      }
    )
    await apiOf(port).check({ scope: 'shell', command: 'ls x' })
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await lineLike(/the collector did not take/)
    expect(await ended).toEqual([0, null])
  })
})
