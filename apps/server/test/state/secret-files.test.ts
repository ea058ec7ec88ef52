import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSigner } from '../../src/state/secret-files.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('the verifier key is written once, however often the key is opened', async () => {
  const path = join(await temporaryDirectory(), 'key.pem')
  const { verifierKey } = await openSigner(path)
  await openSigner(path)
  expect(await readFile(`${path}.pub`, 'utf8')).toBe(`${verifierKey}\n`)
})

// Checkpoints of a new key used to fail against the verifier key of the old one.
test('a new key is added to the verifier keys, and the old one stays', async () => {
  const path = join(await temporaryDirectory(), 'key.pem')
  const old = await openSigner(path)
  await rm(path)
  await writeFile(`${path}.pub`, old.verifierKey)
  const { verifierKey } = await openSigner(path)
  expect(verifierKey).not.toBe(old.verifierKey)
  expect(await readFile(`${path}.pub`, 'utf8')).toBe(`${old.verifierKey}\n${verifierKey}\n`)
})
