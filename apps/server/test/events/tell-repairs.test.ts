import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigner, openAuditLog } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import { expect, test } from 'vitest'
import { tellRepairs } from '../../src/events/tell-repairs.ts'
import { watchStore } from '../../src/events/watch-store.ts'
import { checkEntry } from '../support/open-feed.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const signer = createSigner('test', generateKeyPairSync('ed25519').privateKey)

// Lines went into a file aside, and only the log itself said so.
test('an operator is told when lines were moved out of the log', async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  const said: string[] = []
  const open = () => {
    const store = watchStore(fileAuditStore({ path }), [tellRepairs((text) => said.push(text))])
    return openAuditLog({ store, signer, redact: false })
  }
  const log = await open()
  await log.append(checkEntry())
  await log.append(checkEntry())
  await log.close()
  expect(said).toEqual([])
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"seq":1', '"seq":7'))
  await (await open()).close()
  expect(said).toEqual([
    expect.stringMatching(
      /^WARNING: the end of the audit log was not whole: \d+ bytes .* audit\.jsonl\.cut-/
    )
  ])
})
