import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { commandList } from '../../src/cli/commands.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const hasShell = (name: string): boolean => spawnSync(name, ['-c', 'true']).status === 0

/** What a shell says to a script that it only reads. */
async function parse(shell: string, flag = '-n'): Promise<string> {
  const file = join(await temporaryDirectory(), 'script')
  await writeFile(file, (await run(['completion', shell])).out)
  const { status, stderr } = spawnSync(shell, [flag, file], { encoding: 'utf8' })
  return `${status} ${stderr}`
}

test.runIf(hasShell('bash'))('bash can read its script', async () => {
  expect(await parse('bash')).toBe('0 ')
})
test.runIf(hasShell('zsh'))('zsh can read its script', async () => {
  expect(await parse('zsh')).toBe('0 ')
})
test.runIf(hasShell('fish'))('fish can read its script', async () => {
  expect(await parse('fish')).toBe('0 ')
})

describe.runIf(hasShell('bash'))('in a real bash', () => {
  let script: string
  beforeAll(async () => {
    script = (await run(['completion', 'bash'])).out
  })

  /** What bash offers for a line; the last word is the one that is being written. */
  function complete(...words: string[]): string[] {
    const quoted = ['agentguard', ...words].map((word) => `'${word}'`).join(' ')
    const call = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _agentguard; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${script}\n${call}`], {
      encoding: 'utf8',
      cwd: import.meta.dirname
    })
    expect(stderr).toBe('')
    return stdout.split('\n').filter(Boolean)
  }

  test('commands', () => {
    expect(complete('')).toEqual([
      ...new Set(commandList.map(({ name }) => name.split(' ')[0])),
      'help'
    ])
    expect(complete('ten')).toEqual(['tenant'])
    expect(complete('--json', 'aud')).toEqual(['audit'])
  })

  test('parts of commands, and words that they take', () => {
    expect(complete('tenant', '')).toEqual(['put', 'list', 'rm'])
    expect(complete('audit', 'v')).toEqual(['verify'])
    expect(complete('completion', '').slice(-3)).toEqual(['bash', 'zsh', 'fish'])
    expect(complete('help', 'rep')).toEqual(['replay'])
  })

  test('every flag of every command', () => {
    for (const { name, flags } of commandList) {
      const offered = complete(...name.split(' '), '--')
      expect(offered, name).toEqual(Object.keys(flags).map((flag) => `--${flag}`))
    }
  })

  test('values, with a space or =', () => {
    expect(complete('audit', '--order', '')).toEqual(['asc', 'desc'])
    expect(complete('audit', '--order', '=', 'd')).toEqual(['desc'])
    expect(complete('audit', '--order', '=')).toEqual(['asc', 'desc'])
    expect(complete('validate', '--output', 'j')).toEqual(['json'])
    expect(complete('approve', '--comment', '')).toEqual([])
  })

  test('of --expires were the words span and time', () => {
    expect(complete('keys', 'create', '--expires', '')).toEqual([])
  })

  test('of the audit backend were files, since one of its names is file', () => {
    expect(complete('serve', '--audit-backend', '')).toEqual(['file', 'store'])
    expect(complete('check', '--request', 'completion.t')).toEqual(['completion.test.ts'])
  })

  test('files where files are wanted', () => {
    expect(complete('check', '--policy', 'completion.t')).toEqual(['completion.test.ts'])
    expect(complete('validate', 'completion.t')).toEqual(['completion.test.ts'])
    expect(complete('replay', '--policy', 'x', 'completion.t')).toEqual(['completion.test.ts'])
    expect(complete('doctor', '--data-dir', '../cl')).toEqual(['../cli', '../client'])
  })
})

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s has every command and flag',
  async (shell) => {
    const { exit, out } = await run(['completion', shell])
    expect(exit).toBe(0)
    for (const { name, flags } of commandList) {
      for (const word of name.split(' ')) expect(out).toContain(word)
      for (const flag of Object.keys(flags)) expect(out).toContain(flag)
    }
  }
)

test.each([[[]], [['csh']], [['bash', 'zsh']], [['toString']]])(
  '%j is a wrong line',
  async (line) => {
    expect((await run(['completion', ...line])).exit).toBe(2)
  }
)
