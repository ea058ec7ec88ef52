import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const policy = `
version: "1"
name: place
rules:
  - scope: shell
    allow: [{ pattern: "cat *" }]
  - scope: filesystem
    deny: [{ paths: ["/home/bot/secret/**"] }]
    allow: [{ action: read, paths: ["/home/bot/**"] }]
`

async function decide(command: string, ...flags: string[]) {
  const file = join(await temporaryDirectory(), 'policy.yaml')
  await writeFile(file, policy)
  const { out } = await run([
    'check',
    '--policy',
    file,
    '--scope',
    'shell',
    '--command',
    command,
    ...flags
  ])
  return out.split('\t')[0]?.trim()
}

describe('where agents run what they ask for', () => {
  test('a home directory makes paths in it known', async () => {
    expect(await decide('cat ~/notes')).toBe('DENY')
    expect(await decide('cat ~/notes', '--agent-home', '/home/bot')).toBe('ALLOW')
    expect(await decide('cat ~/secret/key', '--agent-home', '/home/bot')).toBe('DENY')
  })

  test('a working directory is that of relative paths', async () => {
    expect(await decide('cat secret/key', '--agent-cwd', '/home/bot')).toBe('DENY')
    expect(await decide('cat notes', '--agent-cwd', '/home/bot')).toBe('ALLOW')
  })

  test('a link is followed where the files of agents are here', async () => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, 'open'))
    await symlink('/etc', join(directory, 'open', 'link'))
    const file = join(directory, 'policy.yaml')
    await writeFile(file, policy.replaceAll('/home/bot', directory))
    const line = ['check', '--policy', file, '--scope', 'shell']
    const command = `cat ${directory}/open/link/passwd`
    expect((await run([...line, '--command', command])).exit).toBe(0)
    expect((await run([...line, '--command', command, '--follow-links'])).exit).toBe(1)
  })

  test('a shell that is not understood is never allowed', async () => {
    expect(await decide('cat /home/bot/notes', '--agent-shell', 'powershell')).toBe(
      'REQUIRE_APPROVAL'
    )
  })

  test.each([
    ['--agent-shell', 'tcsh'],
    ['--agent-cwd', 'workspace'],
    ['--agent-home', '~']
  ])('%s %s is a wrong line', async (...flag) => {
    const { exit, err } = await run(['check', '--policy', 'p.yaml', '--scope', 'shell', ...flag])
    expect(exit).toBe(3)
    expect(err).toContain(`for flag -${flag[0]?.slice(2)}: expected`)
  })
})
