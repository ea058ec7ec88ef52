import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolicy } from '@agentguard/policy'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readStrictAction } from '../../src/check/parse-strict-action.ts'
import type { Terminal } from '../../src/cli/io.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

interface Case {
  readonly name: string
  readonly action: { scope: string }
  readonly expect: string
}

const kinds = ['coding', 'research', 'tools']
const workspaces = ['workspace', '/srv/my work', 'a"b/c', '/home/me/project']

describe.each(kinds.flatMap((kind) => ['ask', 'deny'].map((risk) => [kind, risk] as const)))(
  'init --kind %s --risk %s',
  (kind, risk) => {
    test.each(workspaces)('keeps what it promises in %j', async (workspace) => {
      const out = join(await temporaryDirectory(), 'deep/p.yaml')
      const line = ['init', '--kind', kind, '--risk', risk, '--workspace', workspace, '--out', out]
      expect((await run(line)).exit).toBe(0)
      const text = await readFile(out, 'utf8')
      const compiled = compilePolicy(text)
      if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
      expect(compiled.warnings).toEqual([])
      expect(text).toMatch(/^#/)
      const { policy, cases } = parse(await readFile(out.replace('.yaml', '.test.yaml'), 'utf8'))
      expect(policy).toBe('p.yaml')
      for (const { name, action, expect: decision } of cases as Case[]) {
        expect(readStrictAction(action)).toMatchObject({ ok: true })
        expect(compiled.policy.check(action).decision, name).toBe(decision)
      }
    })
  }
)

/** Somebody who answers one question after the other. */
function answering(...answers: string[]): Terminal & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    out: true,
    err: true,
    columns: 80,
    asked,
    async ask(question) {
      asked.push(question)
      return answers.shift() ?? ''
    }
  }
}

describe('init', () => {
  test('asks three questions', async () => {
    const out = join(await temporaryDirectory(), 'p.yaml')
    const terminal = answering('RESEARCH', '/notes/', 'deny')
    expect((await run(['init', '--out', out], { terminal })).exit).toBe(0)
    expect(terminal.asked).toHaveLength(3)
    const text = await readFile(out, 'utf8')
    expect(text).toContain('name: research-agent')
    expect(text).toContain('"/notes/**"')
    expect(text).not.toContain('require_approval:')
  })

  test('asks again for an answer that is none, and takes the default for an empty one', async () => {
    const out = join(await temporaryDirectory(), 'p.yaml')
    const terminal = answering('a poet', '', '', '')
    expect((await run(['init', '--out', out], { terminal })).exit).toBe(0)
    expect(terminal.asked).toHaveLength(4)
    expect(await readFile(out, 'utf8')).toContain('name: coding-agent')
  })

  test('asks nothing without a terminal, with --yes, or for what is given', async () => {
    const directory = await temporaryDirectory()
    expect((await run(['init', '--out', join(directory, 'a.yaml')])).exit).toBe(0)
    const terminal = answering()
    await run(['init', '--yes', '--out', join(directory, 'b.yaml')], { terminal })
    const given = ['--kind', 'tools', '--workspace', 'w', '--risk', 'ask']
    await run(['init', ...given, '--out', join(directory, 'c.yaml')], { terminal })
    expect(terminal.asked).toEqual([])
    expect(await readdir(directory)).toHaveLength(6)
  })

  test('never writes over a file unless it is told to', async () => {
    const directory = await temporaryDirectory()
    const [out, cases] = [join(directory, 'p.yaml'), join(directory, 'p.test.yaml')]
    await writeFile(cases, 'mine')
    const refused = await run(['init', '--out', out])
    expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('is there already')])
    expect(await readFile(cases, 'utf8')).toBe('mine')
    await expect(stat(out)).rejects.toThrow()
    expect((await run(['init', '--out', out, '--force'])).exit).toBe(0)
    expect(await readFile(cases, 'utf8')).not.toBe('mine')
    expect(await readdir(directory)).toHaveLength(2)
  })

  test.each([
    [['--workspace', 'a/../b'], 1],
    [['--workspace', 'a*'], 1],
    [['--workspace', '/'], 1],
    [['--workspace', '.'], 1],
    [['--workspace', './a'], 1],
    [['--workspace', '~'], 1],
    [['--out', 'policy.json'], 2],
    [['--out', 'a.test.yaml'], 2],
    [['--kind', 'poet'], 2],
    [['extra'], 2]
  ])('%j exits with %i', async (line, exit) => {
    expect((await run(['init', ...line, '--yes'])).exit).toBe(exit)
  })
})
