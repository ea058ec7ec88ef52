import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveFlags } from '../../src/cli/serve-flags.ts'
import { listen } from '../support/listen.ts'
import { policyText } from '../support/policy.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const key = '0123456789abcdef0123456789abcdef'

test('says what is wrong with its fix, for people and programs, and exits accordingly', async () => {
  const directory = await temporaryDirectory()
  await chmod(directory, 0o700)
  const policy = join(directory, 'p.yaml')
  await writeFile(policy, policyText)
  const line = ['doctor', '--offline', '--data-dir', directory, '--policy', policy]
  const env = { AGENTGUARD_API_KEY: key }
  const good = await run(
    [...line, '--base-url', 'https://x.example', '--tls-terminated-upstream'],
    { env }
  )
  expect(good.exit).toBe(0)
  expect(good.out).toMatch(/^ok {4}version .*\n/)
  expect(good.out + good.err).not.toContain(key)
  const bad = await run([...line, '--base-url', 'http://x.example', '--json'], { env })
  expect(bad.exit).toBe(1)
  expect(JSON.parse(bad.out)).toMatchObject({
    fail: 1,
    findings: expect.arrayContaining([
      { id: 'tls_missing', status: 'fail', message: expect.any(String), fix: expect.any(String) }
    ])
  })
})

test('warnings fail only if it is asked to', async () => {
  const directory = await temporaryDirectory()
  const policy = join(directory, 'p.yaml')
  await writeFile(policy, policyText)
  const line = ['doctor', '--offline', '--data-dir', directory, '--policy', policy]
  expect((await run(line)).exit).toBe(0)
  expect((await run([...line, '--strict'])).exit).toBe(1)
})

test('asks the server that it is told of, and the one on its port', async () => {
  const directory = await temporaryDirectory()
  const port = await listen()
  const line = ['doctor', '--data-dir', directory, '--json', '--port', String(port)]
  const { findings } = JSON.parse((await run(line)).out)
  const ids = findings.map(({ id }: { id: string }) => id)
  expect(ids).toEqual(expect.arrayContaining(['port', 'server', 'access']))
  const gone = await run([...line, '--url', 'http://127.0.0.1:9', '--timeout', '2'])
  expect(gone.exit).toBe(1)
  expect((await run(['doctor', '--port', '0'])).exit).toBe(2)
  expect((await run(['doctor', 'extra'])).exit).toBe(2)
})

test('takes every flag of serve, says which would be refused, and what would do nothing', async () => {
  const directory = await temporaryDirectory()
  const policy = join(directory, 'p.yaml')
  await writeFile(policy, policyText)
  const doctor = async (...args: string[]) => {
    const line = ['doctor', '--offline', '--data-dir', directory, '--policy', policy, '--json']
    const env = { AGENTGUARD_API_KEY: key, AGENTGUARD_SLACK_SIGNING_SECRET: 'hunter2' }
    const { exit, out } = await run([...line, ...args], { env })
    expect(out).not.toContain('hunter2')
    const { findings } = JSON.parse(out) as { findings: { id: string; message: string }[] }
    return { exit, findings, ids: findings.map(({ id }) => id) }
  }
  const all = Object.entries(serveFlags).flatMap(([name, flag]) =>
    [
      'data-dir',
      'policy',
      'store-dsn',
      'port',
      'slack-approvers',
      'approval-links',
      'json'
    ].includes(name)
      ? []
      : `--${name}=${flag.default}`
  )
  const good = await doctor(...all, '--slack-approvers', 'T1/U1')
  expect(good.findings).toContainEqual(expect.objectContaining({ id: 'serve_line', status: 'ok' }))
  const idle = await doctor('--approval-links')
  expect(idle.ids).toEqual(
    expect.arrayContaining(['approval_links_local', 'slack_approvers_missing'])
  )
  for (const origin of ['*', 'https://x.example/', 'x.example', 'https://X.example']) {
    expect((await doctor('--allowed-origin', origin)).ids).toContain('allowed_origin_no_origin')
  }
  for (const origin of ['https://x.example', 'http://localhost:3000']) {
    expect((await doctor('--allowed-origin', origin)).ids).not.toContain('allowed_origin_no_origin')
  }
  expect((await doctor('--base-url', 'https://x.example/guard')).ids).toContain('base_url_path')
  expect((await doctor('--base-url', 'https://x.example/')).ids).not.toContain('base_url_path')
  const bad = await doctor('--approval-validity', '1d')
  expect(bad.exit).toBe(1)
  expect(bad.findings).toContainEqual(
    expect.objectContaining({
      id: 'serve_line',
      message: expect.stringContaining('approval-validity')
    })
  )
})
