import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** The files of a log, by what they are for. */
export interface LogPaths {
  readonly directory: string
  /** The name of the file that lines are added to. */
  readonly name: string
  readonly live: string
  readonly lock: string
  readonly temporary: string
  /** What was cut off behind a line, kept for whoever wants to look at it. */
  cut(seq: number): string
  archive(name: string): string
}

export function logPaths(path: string): LogPaths {
  const [directory, name] = [dirname(path), basename(path)]
  return {
    directory,
    name,
    live: path,
    lock: `${path}.lock`,
    temporary: `${path}.tmp`,
    cut: (seq) => `${path}.cut-${seq}-${randomUUID().slice(0, 8)}`,
    archive: (archiveName) => join(directory, archiveName)
  }
}
