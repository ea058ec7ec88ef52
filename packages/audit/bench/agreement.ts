import type { KeyObject } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readLogFiles } from '../src/file/index.ts'
import { verifyLog } from '../src/index.ts'
import { benchEntry } from './bench-entry.ts'
import { subjects } from './subjects.ts'

const count = 100

/** Stops the run where a writer does not keep the entries that it was given; returns their number. */
export async function checkAgreement(directory: string, privateKey: KeyObject): Promise<number> {
  await mkdir(directory)
  const entries = Array.from({ length: count }, (_, index) => benchEntry(1, index))
  for (const { name, open } of subjects) {
    const path = join(directory, name.replaceAll(' ', '-'))
    const writer = await open(path, privateKey)
    for (const entry of entries) await writer.write(entry)
    await writer.close()
    const kept = (await readFile(path, 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{"_meta"'))
      .map((line) => {
        const { seq, prev, salt, hash, ...entry } = JSON.parse(line)
        return entry
      })
    if (!isDeepStrictEqual(kept, entries)) throw new Error(`${name} keeps other entries`)
    if (!name.startsWith('sealed')) continue
    const report = await verifyLog(readLogFiles(path))
    if (!report.ok) throw new Error(`${name}: ${report.problem?.message}`)
  }
  return count
}
