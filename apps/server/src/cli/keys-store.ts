import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Access, AccessError } from '@agentguard/access'
import { dataPaths } from '../state/data-directory.ts'
import { openDatabase } from '../state/database.ts'
import { StateError } from '../state/state-error.ts'
import type { Flags } from './flags.ts'
import { outputFlags, type Printer } from './printer.ts'

/** The flags of every command that opens the store of the credentials. */
export const keysFlags = {
  'data-dir': { default: '.', value: 'directory', meaning: 'The data directory of the server' },
  'store-dsn': {
    default: '',
    value: 'dsn',
    meaning:
      'Where the server keeps its state, if not in the data directory. Only that is supported yet'
  },
  ...outputFlags
} as const satisfies Flags

export interface KeysStoreOptions {
  readonly 'data-dir': string
  readonly 'store-dsn': string
  /** Whether a store that is not there is made. */
  readonly creates: boolean
}

/**
 * Opens the store of the credentials, also while a server uses it, works with it and closes it. Resolves to
 * the exit code.
 */
export async function withKeys(
  options: KeysStoreOptions,
  printer: Printer,
  use: (access: Access, where: string) => Promise<number>
): Promise<number> {
  if (options['store-dsn'] !== '') {
    return printer.fail({
      code: 'not_supported',
      message: 'keys: --store-dsn is not supported by this version yet',
      next: 'Leave it away: the state is in the data directory (--data-dir).'
    })
  }
  const directory = options['data-dir']
  const path = join(directory, dataPaths('').database)
  if (!options.creates && !existsSync(path)) {
    return printer.fail({
      code: 'no_store',
      message: `keys: there is no ${resolve(path)}`,
      next: 'Name the data directory of the server with --data-dir.'
    })
  }
  try {
    if (options.creates) await mkdir(directory, { recursive: true, mode: 0o700 })
    return await open(path, (access) => use(access, path))
  } catch (error) {
    if (!isStoreFailure(error)) throw error
    return printer.fail({ code: 'store_failed', message: describe(error) }, 'keys: ')
  }
}

async function open(path: string, use: (access: Access) => Promise<number>): Promise<number> {
  // Loaded late: whoever keeps nothing does not pay for it.
  const { sqliteAccess } = await import('@agentguard/access/sqlite')
  const database = await openDatabase(path)
  try {
    return await use(sqliteAccess({ database, busyTimeoutMs: 5_000 }))
  } finally {
    database.close()
  }
}

function isStoreFailure(error: unknown): error is Error {
  return (
    error instanceof StateError ||
    error instanceof AccessError ||
    typeof (error as NodeJS.ErrnoException).code === 'string'
  )
}

/** What is said of a store that failed is said by its cause. */
function describe({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
