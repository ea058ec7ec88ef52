import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A directory that is gone behind all tests of a file. */
export async function directoryUntilEnd(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-'))
  afterAll(() => rm(directory, { recursive: true, force: true }))
  return directory
}
