import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../src/cli/flags.ts'

const flags = {
  policy: { default: 'p', value: 'file', meaning: '' },
  port: { default: 80, value: 'number', meaning: '' },
  watch: { default: false, meaning: '' },
  buffered: { default: true, meaning: '' }
}

function parse(line: string): unknown {
  const parsed = parseArguments(line === '' ? [] : line.split(' '), flags)
  return parsed.ok ? [parsed.flags, parsed.positionals] : parsed
}

const defaults = { policy: 'p', port: 80, watch: false, buffered: true }

const understood: [line: string, values: object, positionals: string[]][] = [
  ['', {}, []],
  ['-policy a', { policy: 'a' }, []],
  ['--policy a', { policy: 'a' }, []],
  ['--policy=a', { policy: 'a' }, []],
  ['-policy=a=b', { policy: 'a=b' }, []],
  ['--policy=', { policy: '' }, []],
  ['--policy --watch', { policy: '--watch' }, []],
  ['--policy a --policy b', { policy: 'b' }, []],
  ['--watch', { watch: true }, []],
  ['--watch true', { watch: true }, ['true']],
  ['--watch=false', { watch: false }, []],
  ['--buffered=F', { buffered: false }, []],
  ['--buffered=0', { buffered: false }, []],
  ['--watch --watch=0', { watch: false }, []],
  ['one --watch two --port 1', { watch: true, port: 1 }, ['one', 'two']],
  ['--watch -- --port 1', { watch: true }, ['--port', '1']],
  ['- --watch', { watch: true }, ['-']],
  ['--port -1', { port: -1 }, []],
  ['--port 1.5', { port: 1.5 }, []]
]

test.each(understood)('%j is understood', (line, values, positionals) => {
  expect(parse(line)).toEqual([{ ...defaults, ...values }, positionals])
})

const refused: [line: string, message: string][] = [
  ['--nope', 'flag provided but not defined: -nope'],
  ['one --nope=1', 'flag provided but not defined: -nope'],
  ['--toString', 'flag provided but not defined: -toString'],
  ['--policy', 'flag needs an argument: -policy'],
  ['--port abc', 'invalid value "abc" for flag -port: parse error'],
  ['--port=', 'invalid value "" for flag -port: parse error'],
  ['--port 0x10', 'invalid value "0x10" for flag -port: parse error'],
  ['--port Infinity', 'invalid value "Infinity" for flag -port: parse error'],
  ['--watch=yes', 'invalid value "yes" for flag -watch: parse error']
]

test.each(refused)('%j is refused', (line, message) => {
  expect(parse(line)).toEqual({ ok: false, reason: 'invalid', message })
})

describe('help', () => {
  test.each(['-h', '--h', '-help', '--help', 'one --watch -h'])('%j asks for it', (line) => {
    expect(parse(line)).toEqual({ ok: false, reason: 'help' })
  })

  test('a value is no call for help', () => {
    expect(parse('--policy -h')).toEqual([{ ...defaults, policy: '-h' }, []])
  })
})
