import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EnvironmentError, readSecret } from '../../src/cli/environment.ts'
import { runBin } from '../support/bin.ts'
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

test('a server whose key file cannot be read does not start without a key', async () => {
  const env = { [`${name}_FILE`]: '/nowhere/key' }
  const { exit, err } = await runBin(['serve', '--port', '0'], { env })
  expect([exit, err]).toEqual([1, expect.stringMatching(/^AGENTGUARD_API_KEY_FILE: cannot read /)])
})
