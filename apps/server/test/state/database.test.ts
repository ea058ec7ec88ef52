import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseError, openDatabase } from '../../src/state/database.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a damaged database may be moved away', async () => {
  const file = join(await temporaryDirectory(), 'agentguard.db')
  await writeFile(file, 'x'.repeat(5000))
  await expect(openDatabase(file)).rejects.toThrow(
    /cannot be opened: file is not a database\. Restore a backup or move it away/
  )
})

test.each([
  [8, 'attempt to write a readonly database'],
  [13, 'database or disk is full'],
  [5, 'database is locked'],
  [778, 'disk I/O error']
])('code %i: "%s" is no reason to move a database away that is whole', (errcode, message) => {
  const { message: said } = databaseError('a.db', Object.assign(new Error(message), { errcode }))
  expect(said).toContain(message)
  expect(said).toContain('Keep it')
  expect(said).not.toContain('move it away')
})
