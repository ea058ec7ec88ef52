import { existsSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { serveBin } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: string
let policy: string

beforeEach(async () => {
  directory = await temporaryDirectory()
  policy = join(directory, 'acme.yaml')
  await writeFile(policy, policyText)
})

async function tenant(...args: string[]): Promise<RunResult> {
  const { exit, out, err } = await run(['tenant', ...args, '--data-dir', join(directory, 'data')])
  return { exit, out: out.replaceAll(directory, '@'), err: err.replaceAll(directory, '@') }
}

const registered =
  'Registered tenant "acme": test policy (3 rules across 1 scopes) in @/data/agentguard.db\n'

describe('tenant', () => {
  test('puts, lists and removes', async () => {
    expect((await tenant('list')).out).toMatch(/^No tenant policies registered\./)
    expect(await tenant('put', 'acme', '--policy', policy)).toEqual({
      exit: 0,
      out: registered,
      err: ''
    })
    expect(await tenant('put', '--policy', policy, 'acme')).toMatchObject({
      exit: 0,
      out: registered
    })
    expect((await tenant('put', 'other', '--policy', join(directory, 'ac*.yaml'))).exit).toBe(0)
    expect((await tenant('list')).out).toBe('Registered tenants (2):\n  acme\n  other\n')
    expect(await tenant('rm', 'acme')).toEqual({ exit: 0, out: 'Removed tenant "acme"\n', err: '' })
    expect(await tenant('rm', 'acme')).toEqual({
      exit: 0,
      out: 'Tenant "acme" not found\n',
      err: ''
    })
    const { out } = await tenant('list', '--json')
    expect(JSON.parse(out)).toMatchObject([{ tenant: 'other' }])
    expect((await stat(join(directory, 'data/agentguard.db'))).mode & 0o777).toBe(0o600)
  })

  test('refuses names that are none, and the tenant of the policy file', async () => {
    for (const id of ['local', 'a/b', '../x', '\u001b[2J', 'x'.repeat(200), '']) {
      const { exit, err } = await tenant('put', id, '--policy', policy)
      expect([exit, err.includes('\u001b')], id).toEqual([1, false])
    }
    expect((await tenant('list')).out).toMatch(/^No tenant/)
  })

  test('an invalid policy is not stored', async () => {
    await writeFile(policy, policyText.replace('deny:', 'denny:'))
    const { exit, err } = await tenant('put', 'acme', '--policy', policy)
    expect(exit).toBe(1)
    expect(err).toMatch(/^tenant put: @\/acme\.yaml: .*denny.*\n {2}@\/acme\.yaml:5:5: unknown_key/)
    expect((await tenant('list')).out).toMatch(/^No tenant/)
  })

  test('a glob of several files is refused', async () => {
    await writeFile(join(directory, 'b.yaml'), policyText)
    const { exit, err } = await tenant('put', 'acme', '--policy', join(directory, '*.yaml'))
    expect([exit, err]).toEqual([1, expect.stringContaining('matches several files')])
  })

  test('a store elsewhere is refused without showing where', async () => {
    const { exit, err } = await tenant('list', '--store-dsn', 'postgres://u:hunter2@db/x')
    expect([exit, err]).toEqual([1, expect.stringContaining('not supported')])
    expect(err).not.toContain('hunter2')
  })

  test('list and rm made a database wherever a mistyped directory was', async () => {
    const list = await tenant('list')
    expect([list.exit, list.out]).toEqual([0, expect.stringMatching(/^No tenant policies/)])
    expect(list.err).toMatch(/^tenant: there is no @\/data\/agentguard\.db\. --data-dir /)
    expect(await tenant('rm', 'acme')).toMatchObject({ exit: 0, out: 'Tenant "acme" not found\n' })
    expect(JSON.parse((await tenant('list', '--json')).out)).toEqual([])
    expect(existsSync(join(directory, 'data'))).toBe(false)
  })

  test('a wrong line is explained', async () => {
    for (const line of [
      [],
      ['put'],
      ['put', 'acme'],
      ['put', 'a', 'b', '--policy', 'p'],
      ['rm'],
      ['list', 'acme'],
      ['nix']
    ]) {
      expect((await run(['tenant', ...line])).exit, line.join(' ')).toBe(1)
    }
    const help = await run(['tenant', '-h'])
    expect([help.exit, help.err]).toEqual([0, expect.stringContaining('tenant put')])
  })
})

test('weakness 45, 51: a running server takes tenants over, and commands name them', async () => {
  const data = join(directory, 'data')
  const { port } = await serveBin(['--policy', policy, '--data-dir', data, '--dashboard'])
  const url = `http://127.0.0.1:${port}`
  const status = async (): Promise<number> =>
    (await run(['status', '--url', url, '--tenant', 'acme', '--json'])).exit
  const check = async (): Promise<number> =>
    (
      await fetch(`${url}/v1/t/acme/check`, {
        method: 'POST',
        body: '{"scope":"shell","command":"npm i"}'
      })
    ).status
  expect(await check()).toBe(404)
  await tenant('put', 'acme', '--policy', policy)
  await eventually(async () => expect(await check()).toBe(200))
  expect(await status()).toBe(0)
  const { out } = await run(['pending', '--url', url, '--tenant', 'acme', '--json'])
  const [{ id }] = JSON.parse(out)
  expect((await run(['approve', id, '--url', url])).exit).toBe(1)
  expect((await run(['approve', id, '--url', url, '--tenant', 'acme'])).out).toBe(
    'Action approve: approved\n'
  )
  await tenant('rm', 'acme')
  await eventually(async () => expect(await check()).toBe(404))
})
