import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DecisionCounts } from './decision-counts.ts'

/** How many verdicts there were up to a line of the log. */
export interface CountsCheckpoint {
  /** The last line that was counted. */
  readonly seq: number
  /** Its hash, so that the counts of another log are not taken for those of this one. */
  readonly hash: string
  readonly tenants: Readonly<Record<string, DecisionCounts>>
}

/** Where counts are kept over a restart. */
export interface CountsFile {
  /** Undefined if there are none, or they cannot be read: then they are counted again. */
  read(): Promise<CountsCheckpoint | undefined>
  write(checkpoint: CountsCheckpoint): Promise<void>
}

/** Keeps counts in a file. It is replaced as a whole, so that a crash leaves one of the two. */
export function createCountsFile(path: string): CountsFile {
  return {
    async read() {
      try {
        return parseCounts(await readFile(path, 'utf8'))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(checkpoint) {
      await mkdir(dirname(path), { recursive: true })
      const next = `${path}.next`
      const file = await open(next, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(checkpoint)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(next, path)
    }
  }
}

function parseCounts(text: string): CountsCheckpoint | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { seq, hash, tenants } = (value ?? {}) as Partial<CountsCheckpoint>
  const isWhole =
    isCount(seq) &&
    typeof hash === 'string' &&
    typeof tenants === 'object' &&
    tenants !== null &&
    Object.values(tenants).every(isCounts)
  return isWhole ? { seq, hash, tenants } : undefined
}

function isCounts(value: unknown): boolean {
  const { allowed, denied, approvals } = (value ?? {}) as Partial<DecisionCounts>
  return isCount(allowed) && isCount(denied) && isCount(approvals)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
