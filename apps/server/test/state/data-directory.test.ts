import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { takeDataDirectory } from '../../src/state/data-directory.ts'
import { StateError } from '../../src/state/state-error.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

describe('a data directory', () => {
  test('is created with those above it, for its owner only', async () => {
    const directory = join(await temporaryDirectory(), 'a', 'b')
    const taken = await takeDataDirectory(directory)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    await taken.release()
  })

  test.each(['/proc/agentguard', '/proc/agentguard/state', '/dev/null/state'])(
    'at %s, where nothing can be created, is an error and no endless search',
    async (directory) => {
      await expect(takeDataDirectory(directory)).rejects.toThrow(StateError)
    }
  )

  test('that is a file was said to lack rights', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    await expect(takeDataDirectory(file)).rejects.toThrow('cannot be used: it is no directory')
  })

  test('of a container that was killed did not say that waiting helps', async () => {
    const directory = await temporaryDirectory()
    const holder = { pid: 1, started: '1', host: 'the-container-before', token: 'x' }
    await writeFile(join(directory, 'agentguard.lock'), `${JSON.stringify(holder)}\n`)
    await expect(takeDataDirectory(directory)).rejects.toThrow(
      /process 1 on the-container-before .* taken over after a minute$/
    )
  })

  test('that another holds is not taken', async () => {
    const directory = await temporaryDirectory()
    const first = await takeDataDirectory(directory)
    await expect(takeDataDirectory(directory)).rejects.toThrow(/is in use.*another directory$/)
    await first.release()
  })
})
