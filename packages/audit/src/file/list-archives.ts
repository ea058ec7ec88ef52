import { type ArchiveName, parseArchiveName } from './archive-name.ts'
import type { LogFs } from './log-fs.ts'
import type { LogPaths } from './log-paths.ts'

/** The archives of a log, the oldest first. One that is there plain and compressed counts as plain. */
export async function listArchives(fs: LogFs, paths: LogPaths): Promise<ArchiveName[]> {
  const names = new Set(await fs.list(paths.directory))
  return [...names]
    .filter((name) => !(name.endsWith('.gz') && names.has(name.slice(0, -3))))
    .map((name) => parseArchiveName(paths.name, name))
    .filter((archive) => archive !== undefined)
    .sort((a, b) => a.closedAt - b.closedAt)
}
