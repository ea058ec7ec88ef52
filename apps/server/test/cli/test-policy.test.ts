import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Runs cases about a policy that is beside them. */
async function testing(cases: string, args: readonly string[] = []) {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'p.yaml'), policyText)
  const file = join(directory, 'p.test.yaml')
  await writeFile(file, cases)
  const { exit, out, err } = await run(['test', file, ...args])
  const short = (text: string): string => text.replaceAll(`${directory}/`, '')
  return { exit, out: short(out), err: short(err) }
}

const good = `policy: p.yaml
cases:
  - name: looking is allowed
    action: { scope: shell, command: ls -la }
    expect: ALLOW
    rule: "allow:shell:ls *"
  - name: what is not listed is refused
    action: { scope: shell, command: make }
    expect: DENY
    rule: null
`

describe('test', () => {
  test('says that all cases hold', async () => {
    expect(await testing(good)).toEqual({ exit: 0, out: 'PASS: p.test.yaml — 2 cases\n', err: '' })
  })

  test('says which cases do not, where, and what is decided instead', async () => {
    const { exit, out } = await testing(
      good.replace('expect: ALLOW', 'expect: DENY').replace('rule: null', 'rule: "deny:shell:x"')
    )
    expect(exit).toBe(1)
    expect(out).toBe(`FAIL: p.test.yaml — 2 of 2 cases
  p.test.yaml:3: looking is allowed
    expected DENY by allow:shell:ls *, is ALLOW (allow:shell:ls *): Allowed by shell rule
  p.test.yaml:7: what is not listed is refused
    expected DENY by deny:shell:x, is DENY (no rule): No matching allow rule (default deny)
`)
  })

  test('prints one object for each file as JSON', async () => {
    const { exit, out } = await testing(good.replace('expect: ALLOW', 'expect: DENY'), ['--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      cases: 2,
      failed: [{ name: 'looking is allowed', line: 3, decision: 'ALLOW', rule: 'allow:shell:ls *' }]
    })
  })

  test.each([
    ['not YAML', 'policy: [', /p\.test\.yaml:1: /],
    ['no object', '- x', /expected `policy` and `cases`/],
    ['no policy', 'cases: []', /policy: expected/],
    ['no cases', 'policy: p.yaml\ncases: []', /at least one case/],
    ['cases that are no list', 'policy: p.yaml\ncases: x', /at least one case/],
    ['a key twice', `${good}policy: q.yaml`, /p\.test\.yaml:11: /],
    ['an alias of nothing', 'policy: p.yaml\ncases: [*x]', /alias/],
    [
      'a bomb of aliases',
      `policy: &a [x, x]\ncases: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d]`,
      /alias/
    ],
    ['an unknown key', good.replace('expect: DENY', 'expects: DENY'), /:7: .*"expects".*"expect"/],
    ['a decision that is none', good.replace('expect: DENY', 'expect: NO'), /:7: expect: /],
    ['an action with a typo', good.replace('command: make', 'comand: make'), /"comand".*"command"/],
    ['no name', good.replace('name: looking', 'nam: looking'), /:3: .*"nam"/],
    ['a rule that is no text', good.replace('rule: null', 'rule: 5'), /:7: rule: /],
    ['a policy that is not there', good.replace('p.yaml', 'q.yaml'), /q\.yaml/]
  ])('does not run a file with %s', async (_, cases, problem) => {
    const { exit, out, err } = await testing(cases)
    expect([exit, out]).toEqual([1, ''])
    expect(err).toMatch(problem)
  })

  test('says what is wrong with a policy', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'p.yaml'), policyText.replace('deny:', 'denny:'))
    await writeFile(join(directory, 'p.test.yaml'), good)
    const { exit, err } = await run(['test', join(directory, 'p.test.yaml')])
    expect(exit).toBe(1)
    expect(err).toMatch(/p\.yaml:5:5: .*denny/)
  })

  test('runs what init writes, and every policy that ships', async () => {
    const out = join(await temporaryDirectory(), 'p.yaml')
    await run(['init', '--yes', '--out', out])
    expect(await run(['test', out.replace('.yaml', '.test.yaml')])).toMatchObject({ exit: 0 })
    const shipped = await run(['test', join(repository, 'configs/**/*.yaml')])
    expect(shipped).toMatchObject({ exit: 0, err: '' })
    expect(shipped.out.match(/^PASS: /gm)?.length).toBeGreaterThan(4)
  })

  test('is a wrong line without files, and fails where there are none', async () => {
    expect((await run(['test'])).exit).toBe(2)
    expect((await run(['test', 'x.test.yaml', '--agent-cwd', 'here'])).exit).toBe(2)
    expect((await run(['test', 'p.yaml'])).err).toMatch(/no file named \*\.test\.yaml matches/)
    expect((await run(['test', '/nowhere/p.test.yaml'])).exit).toBe(1)
  })

  test('keeps control characters of a file out of the terminal', async () => {
    const { out } = await testing(
      good
        .replace('name: looking', 'name: "\\e[2J looking"')
        .replace('expect: ALLOW', 'expect: DENY')
    )
    expect(out).not.toContain('\u001b')
  })
})
