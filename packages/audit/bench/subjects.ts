import type { KeyObject } from 'node:crypto'
import { appendFile, open } from 'node:fs/promises'
import type { AuditEntry } from '@agentguard/protocol'
import { fileAuditStore } from '../src/file/index.ts'
import { createSigner, openAuditLog } from '../src/index.ts'

/** A way to write entries down. */
export interface Subject {
  readonly name: string
  open(path: string, privateKey: KeyObject): Promise<EntryWriter>
}

interface EntryWriter {
  write(entry: AuditEntry): Promise<unknown>
  close(): Promise<void>
}

export const subjects: readonly Subject[] = [
  { name: 'sealed, fsync', open: (path, key) => openLog(path, key, 'fsync') },
  { name: 'sealed, written', open: (path, key) => openLog(path, key, 'written') },
  {
    // What AgentGuard v1.0 does without its buffer, in JavaScript: no seal, no fsync.
    name: 'appendFile',
    open: async (path) => ({
      write: (entry) => appendFile(path, `${JSON.stringify(entry)}\n`),
      close: async () => {}
    })
  },
  { name: 'fsync per entry', open: openSyncedFile }
]

async function openLog(
  path: string,
  privateKey: KeyObject,
  durability: 'fsync' | 'written'
): Promise<EntryWriter> {
  const log = await openAuditLog({
    store: fileAuditStore({ path }),
    signer: createSigner('bench', privateKey),
    redact: false,
    budget: false,
    durability
  })
  return { write: (entry) => log.append(entry), close: () => log.close() }
}

/** One write and one fdatasync for each entry, one after the other: no commit is shared. */
async function openSyncedFile(path: string): Promise<EntryWriter> {
  const file = await open(path, 'a', 0o600)
  let last: Promise<unknown> = Promise.resolve()
  return {
    write(entry) {
      last = last.then(async () => {
        await file.write(`${JSON.stringify(entry)}\n`)
        await file.datasync()
      })
      return last
    },
    close: () => file.close()
  }
}
