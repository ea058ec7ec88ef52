import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { commandList } from '../../src/cli/commands.ts'
import { run } from '../support/run.ts'

const commands = commandList.map(({ name }) => name)

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
    const words = command.split(' ')
    const asked = await run([...words, '--help'])
    expect([asked.exit, asked.out]).toEqual([0, ''])
    expect(asked.err).toContain(`Usage: agentguard ${command}`)
    expect(asked.err).toContain('\nExamples:\n')
    const { exit, out } = await run(['help', ...words])
    expect([exit, out.slice(0, asked.err.length)]).toEqual([0, asked.err])
    if (command === 'version') return
    const wrong = await run([...words, '--no-such-flag'])
    expect(wrong.exit).toBe(command === 'check' ? 3 : 2)
    expect(wrong.err).toBe(`flag provided but not defined: -no-such-flag\n${asked.err}`)
  })

  test('every flag has a line that says what it does, and its default', async () => {
    const { out } = await run(['help', 'serve'])
    const flags = [...out.matchAll(/^ {2}--([a-z-]+)( <[^>]+>)?\n {8}(\S.*) \(default: .+\)$/gm)]
    expect(flags.map(([, name]) => name)).toEqual(
      Object.keys(commandList.find(({ name }) => name === 'serve')?.flags ?? {})
    )
  })

  test('says what was meant', async () => {
    expect((await run(['serve', '--polcy', 'x'])).err).toMatch(
      /^flag provided but not defined: -polcy \(did you mean --policy\?\)\n/
    )
    const { exit, err } = await run(['validat', 'x.yaml'])
    expect(exit).toBe(1)
    expect(err).toMatch(/^unknown command "validat" \(did you mean validate\?\)\n/)
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
