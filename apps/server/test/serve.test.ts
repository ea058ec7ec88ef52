import { once } from 'node:events'
import { rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type BinOptions, runBin, type ServingBin, serveBin } from './support/bin.ts'
import { exchange } from './support/exchange.ts'
import { policyText } from './support/policy.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

/** Serves a policy file in a directory of its own. */
async function serving(
  text = policyText,
  args: readonly string[] = [],
  options: BinOptions = {}
): Promise<ServingBin & { readonly file: string }> {
  const cwd = await temporaryDirectory()
  await writeFile(join(cwd, 'p.yaml'), text)
  const server = await serveBin(['--policy', 'p.yaml', ...args], { cwd, ...options })
  return { ...server, file: join(cwd, 'p.yaml') }
}

async function decide(port: number, command: string): Promise<unknown> {
  const body = JSON.stringify({ scope: 'shell', command })
  const response = await fetch(`http://127.0.0.1:${port}/v1/check`, { method: 'POST', body })
  return ((await response.json()) as { decision: unknown }).decision
}

/** The lines without their times. */
function messages(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, ''))
}

describe('serve', () => {
  test('says what it does, answers, and ends when asked to', async () => {
    const { child, port, lines, lineLike } = await serving()
    await lineLike(/Health: /)
    expect(lines[0]).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Loaded policy: /)
    expect(messages(lines)).toEqual([
      'Loaded policy: test policy (3 rules across 1 scopes)',
      expect.stringMatching(
        /^Persistence: enabled \(store=.*agentguard\.db, audit-backend=file\)$/
      ),
      expect.stringMatching(/^WARNING: --session-cost-ttl is 0/),
      `INFO: binding to 127.0.0.1:${port} (localhost only): no API key is set`,
      expect.stringMatching(/^WARNING: without an API key, every program on this machine/),
      expect.stringMatching(new RegExp(`^AgentGuard v\\d+\\.\\d+\\.\\d+ listening on :${port}$`)),
      `Health:    http://localhost:${port}/health`
    ])
    expect(await decide(port, 'ls -l')).toBe('ALLOW')
    expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(messages(lines).at(-1)).toBe('Shutting down...')
  })

  test('the default policy is served from the repository', async () => {
    const { port } = await serveBin(['--policy', 'configs/default.yaml'])
    expect(await decide(port, 'git status')).toBe('ALLOW')
  })

  test('without a key it listens on the loopback interface only', async () => {
    const { port } = await serving()
    for (const address of otherAddresses()) {
      const socket = connect(port, address)
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED')
    }
    const strange = 'GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'
    expect((await exchange(port, strange)).status).toBe(403)
  })

  test('a page of the base URL may be answered without a key', async () => {
    const { port, lineLike } = await serving(policyText, ['--base-url', 'https://Guard.example/'])
    expect(await lineLike(/Health: /)).toMatch(/Health: {4}https:\/\/Guard\.example\/health$/)
    const request = 'GET /health HTTP/1.1\r\nHost: guard.example\r\nConnection: close\r\n\r\n'
    expect((await exchange(port, request)).status).toBe(200)
  })

  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com'])(
    'without a key it refuses to listen on %s',
    async (host) => {
      const { exit, err } = await runBin(['serve', '--host', host])
      expect(exit).toBe(1)
      expect(err).toMatch(/^refusing to listen on .* without an API key: /)
    }
  )

  test('with a key any host is answered, and checks need none', async () => {
    // The key alone would open all interfaces; the test stays on this machine.
    const { port, lines } = await serving(policyText, ['--host', '127.0.0.1'], {
      env: { AGENTGUARD_API_KEY: 'secret' }
    })
    const request = 'GET /health HTTP/1.1\r\nHost: guard.example\r\nConnection: close\r\n\r\n'
    expect((await exchange(port, request)).status).toBe(200)
    expect(await decide(port, 'ls -l')).toBe('ALLOW')
    expect(lines.join('\n')).toContain('Checks need no key')
    expect(lines.join('\n')).not.toContain('secret')
  })

  test('a port that is taken is an error', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const directory = await temporaryDirectory()
    const { exit, err } = await runBin(['serve', '--port', String(port), '--data-dir', directory])
    expect(exit).toBe(1)
    expect(err).toMatch(/Server error: listen EADDRINUSE: port \d+ is in use: .*--port/)
  })

  test('a policy that is wrong is an error, with everything that is wrong', async () => {
    const cwd = await temporaryDirectory()
    const text = policyText.replace('deny:', 'denny:').replace('allow:', 'alow:')
    await writeFile(join(cwd, 'p.yaml'), text)
    const { exit, err } = await runBin(['serve', '--policy', 'p.yaml'], { cwd })
    expect(exit).toBe(1)
    expect(messages(err.trimEnd().split('\n'))).toEqual([
      expect.stringMatching(/^Failed to load policy p\.yaml: .*denny/),
      expect.stringMatching(/^ {2}p\.yaml:5:5: unknown_key: .*deny/),
      expect.stringMatching(/^ {2}p\.yaml:10:5: unknown_key: .*allow/),
      'Server error: no policy, no server: p.yaml'
    ])
  })

  const wrong: [args: string[], message: RegExp][] = [
    [['--port', '70000'], /^invalid value 70000 for flag -port/],
    [['--port', '1.5'], /^invalid value 1\.5 for flag -port/],
    [['--base-url', 'nonsense'], /^invalid value "nonsense" for flag -base-url/],
    [['--base-url', 'https://u:hunter2@x.example'], /^invalid value "https:\/\/…@x\.example"/],
    [['--base-url', 'javascript:alert(1)'], /^invalid value ".*" for flag -base-url/],
    [['--base-url', 'https://x.example/?a=b'], /^invalid value ".*" for flag -base-url/],
    [['--approval-validity', '1d'], /^invalid value "1d" for flag -approval-validity/],
    [
      ['--trusted-proxy', '10.0.0.0/40'],
      /^invalid value for flag -trusted-proxy: "10\.0\.0\.0\/40"/
    ],
    [['--max-in-flight', '0'], /^invalid value 0 for flag -max-in-flight/],
    [['--log-format', 'xml'], /^invalid value "xml" for flag -log-format: expected text or json/],
    [['policy.yaml'], /^unexpected argument "policy\.yaml"/]
  ]
  const impossible: [args: string[], message: RegExp][] = [
    [
      ['--store-dsn', 'postgres://user:hunter2@db/x'],
      /PostgreSQL is not supported by this version/
    ],
    [
      ['--audit-backend', 'fiel'],
      /^invalid value "fiel" for flag -audit-backend: expected file or store/
    ]
  ]
  test.each(impossible)(
    'weakness 68, 79: %j is refused at the start, and no password is shown',
    async (args, message) => {
      const { exit, err } = await runBin(['serve', ...args])
      expect(exit).toBe(1)
      expect(err).toMatch(message)
      expect(err).not.toContain('hunter2')
    }
  )

  test('the audit log in the database needs a database', async () => {
    const args = ['--audit-backend=store', '--persist=false']
    const directory = await temporaryDirectory()
    const { exit, err } = await runBin(['serve', ...args, '--data-dir', directory])
    expect(exit).toBe(1)
    expect(err).toContain('--audit-backend=store requires --persist (the store is disabled)')
  })

  test('flags of AgentGuard 1.0 that mean nothing any more are accepted, and that is said', async () => {
    const { lines, lineLike } = await serving(policyText, [
      '--audit-buffered=false',
      '--audit-queue-size=10',
      '--audit-workers=2',
      '--reconcile-interval=1s',
      '--node-id=a',
      '--debug-pprof'
    ])
    await lineLike(/Health: /)
    const notices = messages(lines).filter((line) => line.includes('No effect'))
    expect(notices.map((line) => line.split(':')[1]?.trim())).toEqual([
      '--audit-queue-size',
      '--audit-workers',
      '--audit-buffered',
      '--reconcile-interval',
      '--node-id',
      '--debug-pprof'
    ])
  })

  test.each(wrong)('%j is a wrong line', async (args, message) => {
    const { exit, err } = await runBin(['serve', ...args])
    expect(exit).toBe(2)
    expect(err).toMatch(message)
  })

  test('a changed policy comes into force; a broken or deleted one does not', async () => {
    const { file, port, lines, lineLike } = await serving(policyText, ['--watch'])
    expect(await decide(port, 'make')).toBe('DENY')

    await writeFile(`${file}.new`, policyText.replace('"ls *"', '"make"'))
    await rename(`${file}.new`, file)
    await lineLike(/Policy reloaded: test policy \(3 rules\)$/)
    expect(await decide(port, 'make')).toBe('ALLOW')

    await writeFile(file, policyText.replace('deny:', 'denny:'))
    await lineLike(/Policy reload failed: .*denny/)
    await lineLike(/p\.yaml:5:5: unknown_key/)
    expect(await decide(port, 'make')).toBe('ALLOW')
    const health = await fetch(`http://127.0.0.1:${port}/v1/health`)
    expect(await health.json()).toMatchObject({ status: 'degraded' })

    await rm(file)
    await lineLike(/Policy reload failed: reading policy file: /)
    expect(await decide(port, 'make')).toBe('ALLOW')

    await writeFile(file, policyText.replace('test policy', 'the last one'))
    await lineLike(/Policy reloaded: the last one/)
    expect(await decide(port, 'make')).toBe('DENY')
    expect(lines.join('\n')).not.toContain('ERROR')
  })

  test('a changed policy comes into force without --watch too, silently', async () => {
    const { file, port, lines } = await serving()
    await writeFile(file, policyText.replace('"ls *"', '"make"'))
    while ((await decide(port, 'make')) !== 'ALLOW') await new Promise(setImmediate)
    expect(lines.join('\n')).not.toContain('reloaded')
  })

  test('what was asked for and will not work is said at the start, with what to do', async () => {
    const args = ['--approval-links']
    const env = { AGENTGUARD_SLACK_SIGNING_SECRET: 'hunter2' }
    const { lines } = await serving(policyText, args, { env })
    const said = messages(lines).join('\n')
    expect(said).toMatch(/WARNING: --approval-links without --base-url: .* Set --base-url to /)
    expect(said).toMatch(
      /WARNING: AGENTGUARD_SLACK_SIGNING_SECRET without --slack-approvers: .* Name who/
    )
    expect(said).not.toContain('hunter2')
    const mended = [...args, '--base-url', 'http://x.test', '--slack-approvers', 'T1/U1']
    expect((await serving(policyText, mended, { env })).lines.join()).not.toContain('without --')
  })

  test('the limit of a body is that of the policy', async () => {
    const { port } = await serving(`${policyText}proxy: { request: { max_body_bytes: 20 } }\n`)
    const response = await fetch(`http://127.0.0.1:${port}/v1/check`, {
      method: 'POST',
      body: ' '.repeat(21)
    })
    expect(response.status).toBe(413)
    expect(await response.text()).toBe('Request body too large (limit 20 bytes)\n')
  })

  test('the access log has one line per request, whatever the path', async () => {
    const { port, lines, lineLike } = await serving(policyText, ['--access-log'])
    await decide(port, 'ls -l')
    expect(await lineLike(/POST/)).toMatch(/ POST \/v1\/check \d+\.\d{3}ms 200 [\w-]+$/)
    await fetch(`http://127.0.0.1:${port}/x%0a2026%2f11%1b[31m?token=secret`)
    expect(await lineLike(/GET/)).toMatch(/ GET \/x%0a2026%2f11%1b\[31m \d+\.\d{3}ms 404 [\w-]+$/)
    expect(lines.join('\n')).not.toContain('secret')
  })

  test('the access log as JSON has the members of a request, not only their text', async () => {
    const args = ['--access-log', '--log-format', 'json']
    const { port, lineLike } = await serving(policyText, args)
    const headers = { 'X-Request-Id': 'mine' }
    await fetch(`http://127.0.0.1:${port}/v1/status/x%0a?token=secret`, { headers })
    const line = await lineLike(/"mine"/)
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      method: 'GET',
      path: '/v1/status/x%0a',
      status: 404,
      duration_ms: expect.any(Number),
      request_id: 'mine',
      peer: '127.0.0.1'
    })
    expect(line).not.toContain('secret')
  })

  test('a request that is under way is finished, and the rest is not waited for', async () => {
    const { child, port, lineLike } = await serving()
    const body = '{"scope":"shell","command":"ls -l"}'
    const head = `POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`
    const [busy, idle] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await Promise.all([once(busy, 'connect'), once(idle, 'connect')])
    idle.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(idle, 'data')
    busy.write(head + body.slice(0, 5))
    // The server has seen the first part once it has answered somebody who came later.
    await decide(port, 'ls')
    child.kill('SIGINT')
    await lineLike(/Shutting down/)
    busy.write(body.slice(5))
    expect(String(await once(busy, 'data'))).toContain('"decision":"ALLOW"')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('nothing is written to standard output', async () => {
    const { child, port } = await serving()
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    await decide(port, 'ls -l')
    child.kill('SIGTERM')
    await once(child, 'close')
    expect(out).toBe('')
  })
})

/** The addresses of this machine that are not loopback. */
function otherAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
}
