import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const valid = policyText
const invalid = policyText.replace('deny:', 'denny:')
const warned = `version: "1"
name: warned
rules:
  - scope: filesystem
    deny:
      - action: read
        paths: ["/srv/*"]
`

/** Runs `validate` on files of a directory. `@/` in an argument is that directory, also in the result. */
async function validate(
  files: Readonly<Record<string, string>>,
  args: readonly string[]
): Promise<RunResult> {
  const directory = await temporaryDirectory()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true })
    if (text.startsWith('->')) await symlink(text.slice(2), join(directory, name))
    else await writeFile(join(directory, name), text)
  }
  const { exit, out, err } = await run([
    'validate',
    ...args.map((arg) => arg.replace('@', directory))
  ])
  return { exit, out: out.replaceAll(directory, '@'), err: err.replaceAll(directory, '@') }
}

describe('validate', () => {
  test('says that the default policy is valid', async () => {
    const { exit, out, err } = await run(['validate', join(repository, 'configs/default.yaml')])
    expect(out).toMatch(/^VALID: default — \d+ rules across \d+ scopes\n$/)
    expect([exit, err]).toEqual([0, ''])
  })

  test.each([[['--policy', '@/a.yaml']], [['@/a.yaml']], [['@/*.yaml']]])('%j', async (args) => {
    const out = 'VALID: test policy — 3 rules across 1 scopes\n'
    expect(await validate({ 'a.yaml': valid }, args)).toEqual({ exit: 0, out, err: '' })
  })

  test('says what is wrong, where, and what was meant', async () => {
    const { exit, out, err } = await validate({ 'a.yaml': invalid }, ['@/a.yaml'])
    expect([exit, out]).toEqual([1, ''])
    expect(err).toMatch(/^INVALID: .*denny.*\n {2}@\/a\.yaml:5:5: unknown_key: .*deny.*\n$/)
  })

  test('a file that is not there is invalid', async () => {
    const { exit, err } = await validate({}, ['--policy', '@/nowhere.yaml'])
    expect(exit).toBe(1)
    expect(err).toMatch(/^INVALID: reading policy file: /)
  })

  test('takes globs itself, in any depth, and passes over cases', async () => {
    const files = {
      'configs/a.yaml': valid,
      'configs/deep/b.yaml': valid,
      'configs/deep/b.test.yaml': 'cases: []',
      'configs/c.txt': 'no',
      'configs/linked.yaml': '->a.yaml',
      'configs/circle': '->..',
      'configs/node_modules/d.yaml': invalid,
      'other.yaml': invalid
    }
    const { exit, out, err } = await validate(files, ['@/configs/**/*.yaml', '@/configs/a.yaml'])
    expect(out.trimEnd().split('\n')).toEqual(
      ['a.yaml', 'deep/b.yaml', 'linked.yaml'].map(
        (name) => `VALID: @/configs/${name}: test policy — 3 rules across 1 scopes`
      )
    )
    expect([exit, err]).toEqual([0, ''])
  })

  test('takes globs from the working directory', async () => {
    const { exit, out } = await run(['validate', './test/../package.yam?', './packag[e].json'])
    expect([exit, out]).toEqual([1, ''])
  })

  test('one invalid file among many fails', async () => {
    const files = { 'a.yaml': valid, 'b.yaml': invalid, 'b.test.yaml': '' }
    const args = ['@/a.yaml', '@/b.yaml', '@/b.test.yaml']
    const { exit, out, err } = await validate(files, args)
    expect(exit).toBe(1)
    expect(out).toBe('VALID: @/a.yaml: test policy — 3 rules across 1 scopes\n')
    expect(err).toMatch(/^INVALID: @\/b\.yaml: /)
  })

  test.each(['@/nowhere/*.yaml', '@/*.test.yaml', '@/b.test.yaml'])(
    '%s is no policy, and fails',
    async (glob) => {
      const { exit, out, err } = await validate({ 'b.test.yaml': '' }, [glob])
      expect([exit, out]).toEqual([1, ''])
      expect(err).toMatch(/^INVALID: /)
    }
  )

  test('a file whose name looks like a glob is that file', async () => {
    expect((await validate({ '[a].yaml': valid }, ['@/[a].yaml'])).exit).toBe(0)
  })

  test('warns on stderr, and fails only if asked to', async () => {
    const lenient = await validate({ 'a.yaml': warned }, ['@/a.yaml'])
    expect(lenient.exit).toBe(0)
    expect(lenient.out).toBe('VALID: warned — 1 rules across 1 scopes\n')
    expect(lenient.err).toMatch(/^WARNING: @\/a\.yaml:7:\d+: \w+: /)
    const strict = await validate({ 'a.yaml': warned }, ['@/a.yaml', '--strict'])
    expect([strict.exit, strict.out]).toEqual([1, ''])
    expect(strict.err).toMatch(/^INVALID: .*\n {2}@\/a\.yaml:7:/)
  })

  test('prints an object per file for programs', async () => {
    const files = { 'a.yaml': valid, 'b.yaml': invalid, 'c.yaml': warned }
    const { exit, out, err } = await validate(files, ['--output', 'json', '@/*.yaml'])
    expect([exit, err]).toEqual([1, ''])
    const objects = out.trimEnd().split('\n')
    expect(objects.map((line): unknown => JSON.parse(line))).toEqual([
      {
        file: '@/a.yaml',
        valid: true,
        name: 'test policy',
        rules: 3,
        scopes: 1,
        issues: [],
        warnings: []
      },
      {
        file: '@/b.yaml',
        valid: false,
        issues: [expect.objectContaining({ code: 'unknown_key', line: 5, column: 5 })],
        warnings: []
      },
      expect.objectContaining({ valid: true, warnings: [expect.objectContaining({ line: 7 })] })
    ])
  })

  test('another output is a wrong line', async () => {
    expect((await run(['validate', '--output', 'xml'])).exit).toBe(2)
  })
})
