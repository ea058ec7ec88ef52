import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EnvironmentError, readSecret } from '../../src/cli/environment.ts'
import { runBin } from '../support/bin.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const name = 'AGENTGUARD_API_KEY'

test('a secret is read from the variable, else from the file, without the end of its line', async () => {
  const file = join(await temporaryDirectory(), 'key')
  await writeFile(file, 'from-the-file\n')
  expect(readSecret({ [`${name}_FILE`]: file }, name)).toBe('from-the-file')
  expect(readSecret({ [`${name}_FILE`]: file, [name]: 'given' }, name)).toBe('given')
  expect(readSecret({}, name)).toBeUndefined()
})

test('a file that is empty, or not there, is an error and not the absence of a secret', async () => {
  const file = join(await temporaryDirectory(), 'key')
  expect(() => readSecret({ [`${name}_FILE`]: file }, name)).toThrow(EnvironmentError)
  await writeFile(file, '\n')
  expect(() => readSecret({ [`${name}_FILE`]: file }, name)).toThrow('is empty')
})

test('a key file that cannot be read was told in plain text where JSON was asked for', async () => {
  const env = { [`${name}_FILE`]: '/nowhere/key' }
  const { exit, out, err } = await run(['status', '--json'], { env })
  expect([exit, out]).toEqual([1, ''])
  expect(JSON.parse(err)).toEqual({
    error: expect.stringContaining('cannot read /nowhere/key'),
    code: 'unreadable'
  })
})

test('a server whose key file cannot be read does not start without a key', async () => {
  const env = { [`${name}_FILE`]: '/nowhere/key' }
  const { exit, err } = await runBin(['serve', '--port', '0'], { env })
  expect([exit, err]).toEqual([1, expect.stringMatching(/^AGENTGUARD_API_KEY_FILE: cannot read /)])
})
