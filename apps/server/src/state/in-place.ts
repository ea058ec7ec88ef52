import { statSync } from 'node:fs'
import { StateError } from './state-error.ts'

/**
 * Creates what throws a `StateError` when a file that is open is no longer the one of its name: what is written
 * to it then is gone with the process.
 */
export function inPlace(path: string): () => void {
  const opened = statSync(path)
  return () => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.ino === opened.ino && found.dev === opened.dev) return
    throw new StateError(
      `${path} was ${found ? 'replaced' : 'removed'} while it is in use: approvals and budgets since then are lost when the server stops. Restore it with the server stopped`
    )
  }
}
