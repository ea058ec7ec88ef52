import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { watchDatabase } from '../../src/serve/watch-server.ts'
import { openDatabase } from '../../src/state/database.ts'
import { inPlace } from '../../src/state/in-place.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a file is in its place until it is replaced or removed, and again when it is back', async () => {
  const file = join(await temporaryDirectory(), 'a.db')
  await writeFile(file, 'a')
  const assertInPlace = inPlace(file)
  await writeFile(file, 'more')
  expect(assertInPlace).not.toThrow()
  await rename(file, `${file}.kept`)
  expect(assertInPlace).toThrow('was removed while it is in use')
  await writeFile(file, 'another')
  expect(assertInPlace).toThrow('was replaced while it is in use')
  await rename(`${file}.kept`, file)
  expect(assertInPlace).not.toThrow()
})

test('a database that was deleted under a running server left it healthy', async () => {
  const file = join(await temporaryDirectory(), 'agentguard.db')
  const database = await openDatabase(file)
  onTestFinished(() => database.close())
  const lines: string[] = []
  const writes = watchDatabase(database, (line) => lines.push(line), 5)
  onTestFinished(() => writes?.close())
  expect(writes?.isUp()).toBe(true)
  await rm(file)
  await eventually(() => expect(writes?.isUp()).toBe(false))
  expect(lines).toEqual([expect.stringMatching(/^ERROR: .*agentguard\.db was removed/)])
})
