import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { run } from '../support/run.ts'

const commands = ['serve', 'validate', 'check', 'version']

describe('help', () => {
  test('lists the commands, also if there are no arguments', async () => {
    const { exit, out, err } = await run([])
    expect([exit, out]).toEqual([1, ''])
    for (const command of commands) expect(err).toContain(`\n  ${command} `)
    expect(await run(['help'])).toEqual({ exit: 0, out: err, err: '' })
    expect(await run(['--help'])).toEqual({ exit: 0, out: '', err })
    expect(await run(['-h'])).toEqual({ exit: 0, out: '', err })
  })

  test.each(commands)('explains %s, on request and for a wrong flag', async (command) => {
    const asked = await run([command, '--help'])
    expect([asked.exit, asked.out]).toEqual([0, ''])
    expect(asked.err).toContain(`Usage: agentguard ${command}`)
    expect(asked.err).toContain('\nExamples:\n')
    expect(await run(['help', command])).toEqual({ exit: 0, out: asked.err, err: '' })
    if (command === 'version') return
    const wrong = await run([command, '--no-such-flag'])
    expect(wrong.exit).toBe(command === 'check' ? 3 : 2)
    expect(wrong.err).toBe(`flag provided but not defined: -no-such-flag\n${asked.err}`)
  })

  test('every flag has a line that says what it does, and its default', async () => {
    const { out } = await run(['help', 'serve'])
    const flags = [...out.matchAll(/^ {2}--([a-z-]+)( <\w+>)?\n {8}(\S.*) \(default: .+\)$/gm)]
    expect(flags.map(([, name]) => name)).toEqual([
      'policy',
      'port',
      'host',
      'api-key',
      'base-url',
      'allowed-origin',
      'watch',
      'access-log'
    ])
  })

  test('says what was meant', async () => {
    expect((await run(['serve', '--polcy', 'x'])).err).toMatch(
      /^flag provided but not defined: -polcy \(did you mean --policy\?\)\n/
    )
    const { exit, err } = await run(['validat', 'x.yaml'])
    expect(exit).toBe(1)
    expect(err).toMatch(/^unknown command "validat" \(did you mean validate\?\)\n/)
  })

  test('says of a flag that is not there yet that it is not there yet', async () => {
    const flag = await run(['serve', '--audit-log=a.jsonl'])
    expect(flag.exit).toBe(2)
    expect(flag.err).toMatch(/^flag --audit-log is not supported by this version yet\n/)
  })

  test('keeps control characters out of messages', async () => {
    expect((await run(['\u001b[2Jx\ny\u202e'])).err).toMatch(
      /^unknown command "\\u001b\[2Jx\\ny\\u202e"\n/
    )
  })
})

test.each([[['version']], [['version', 'and', '--more']], [['--version']]])('%j', async (args) => {
  const out = `agentguard ${manifest.version} (unknown)\n`
  expect(await run(args)).toEqual({ exit: 0, out, err: '' })
})
