const stampForm = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/

/** The name of an archive, taken apart. */
export interface ArchiveName {
  readonly name: string
  /** When it was closed, in milliseconds: the second that its name says. */
  readonly closedAt: number
  readonly isCompressed: boolean
}

/** Takes the name of an archive apart. `undefined` when the file is no archive of the log. */
export function parseArchiveName(logName: string, name: string): ArchiveName | undefined {
  if (!name.startsWith(`${logName}.`)) return undefined
  const isCompressed = name.endsWith('.gz')
  const stamp = name.slice(logName.length + 1, isCompressed ? -3 : undefined)
  const [, year, month, day, hour, minute, second] = stampForm.exec(stamp) ?? []
  if (year === undefined) return undefined
  const closedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(closedAt) ? undefined : { name, closedAt, isCompressed }
}

/**
 * The name of a new archive: `<log>.<YYYYMMDDTHHMMSSZ>`, like those of AgentGuard v1.0.
 *
 * INVARIANT: it is later than all that there are, by a second at least, so that names never collide
 * and their order is that of the chain, whatever the clock does.
 */
export function nextArchiveName(
  logName: string,
  archives: readonly ArchiveName[],
  now: number
): string {
  const latest = Math.max(0, ...archives.map(({ closedAt }) => closedAt + 1000))
  const at = Math.max(latest, Math.floor(now / 1000) * 1000)
  const stamp = new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')
  return `${logName}.${stamp}Z`
}
