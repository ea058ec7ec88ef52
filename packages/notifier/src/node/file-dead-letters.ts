import { appendFile, readFile, rename, rm, stat } from 'node:fs/promises'
import type { DeadLetter, DeadLetters } from '../dead-letter.ts'

/** Dead letters in a file, one JSON object per line, readable by its owner only. */
export interface FileDeadLetters extends DeadLetters {
  /**
   * Offers each letter once. Those for which `take` says no, and lines that are no letters, are kept.
   * Returns how many were taken.
   */
  drain(take: (letter: DeadLetter) => boolean): Promise<number>
}

/** How {@link fileDeadLetters} works. */
export interface FileDeadLettersOptions {
  readonly path: string
  /**
   * How large the file may become. Beyond it, letters are refused.
   *
   * @defaultValue 67108864
   */
  readonly maxBytes?: number
}

const mode = 0o600
const defaultMaxBytes = 64 * 1_048_576

/** Creates dead letters in a file. A file that a crash has left half drained is drained with it. */
export function fileDeadLetters({
  path,
  maxBytes = defaultMaxBytes
}: FileDeadLettersOptions): FileDeadLetters {
  const draining = `${path}.draining`
  let bytes: number | undefined
  /** What was asked for last; one thing after the other. */
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  async function append(lines: string): Promise<void> {
    bytes ??= await sizeOf(path)
    const size = Buffer.byteLength(lines)
    if (bytes + size > maxBytes) throw new Error('the file of dead letters is full')
    await appendFile(path, lines, { mode })
    bytes += size
  }

  async function drain(take: (letter: DeadLetter) => boolean): Promise<number> {
    const left = await read(draining)
    if (left.length === 0) await rename(path, draining).catch(ignoreAbsence)
    const lines = (left.length === 0 ? await read(draining) : left).toString().split('\n')
    bytes = undefined
    const kept = lines.filter((line) => line !== '' && !isTaken(line, take))
    if (kept.length > 0) await append(`${kept.join('\n')}\n`)
    await rm(draining, { force: true })
    return lines.filter((line) => line !== '').length - kept.length
  }

  return {
    append: (letter) => inTurn(() => append(`${JSON.stringify(letter)}\n`)),
    drain: (take) => inTurn(() => drain(take))
  }
}

function isTaken(line: string, take: (letter: DeadLetter) => boolean): boolean {
  const letter = parseLetter(line)
  return letter !== undefined && take(letter)
}

function parseLetter(line: string): DeadLetter | undefined {
  try {
    const value: Partial<DeadLetter> | null = JSON.parse(line)
    const isLetter =
      typeof value?.target === 'string' &&
      typeof value.tenant === 'string' &&
      typeof value.delivery?.id === 'string'
    return isLetter ? (value as DeadLetter) : undefined
  } catch {
    return undefined
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    ignoreAbsence(error)
    return Buffer.alloc(0)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    ignoreAbsence(error)
    return 0
  }
}

function ignoreAbsence(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
