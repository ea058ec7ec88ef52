import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The names of the archives beside a live log: what AgentGuard v1.0 takes for one when it deletes old ones. */
export function archivesOf(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => {
    const suffix = name.replace(`${basename(path)}.`, '').replace(/\.gz$/, '')
    return suffix.length === 16 && /^\d{8}T\d{6}Z$/.test(suffix)
  })
}
