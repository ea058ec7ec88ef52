import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { compilePolicy } from '@agentguard/policy'
import { printable } from '@agentguard/protocol/printable'
import { expandFiles } from '../policy/expand-files.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { formatSize } from '../policy/loaded-policy.ts'
import { dataPaths } from '../state/data-directory.ts'
import { openDatabase } from '../state/database.ts'
import { StateError } from '../state/state-error.ts'
import { tenantIdProblem } from '../tenants/tenant-id.ts'
import { openTenantStore, type TenantStore } from '../tenants/tenant-store.ts'
import { type Command, createCommand, reportWrongLine } from './command.ts'
import type { Flags } from './flags.ts'
import type { Io } from './io.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

const storeFlags = {
  'data-dir': { default: '.', value: 'directory', meaning: 'The data directory of the server' },
  'store-dsn': {
    default: '',
    value: 'dsn',
    meaning:
      'Where the server keeps its state, if not in the data directory. Only that is supported yet'
  },
  ...outputFlags
} as const satisfies Flags

const exitNote =
  'A running server takes it over within a second. Exit code: 0 done, 1 not done, 2 the line is wrong.'

/** `agentguard tenant put` */
const putCommand: Command = createCommand({
  name: 'tenant put',
  summary: 'Gives a tenant a policy',
  synopsis: '<id> --policy <file> [flags]',
  flags: {
    policy: { default: '', value: 'file', meaning: 'The policy file, or a glob of one. Required' },
    ...storeFlags
  },
  notes: [exitNote],
  examples: [['tenant put acme --policy acme.yaml', 'a new tenant, or a new policy for it']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [id, extra] = positionals
    if (id === undefined || extra !== undefined || flags.policy === '') {
      const what = id === undefined ? 'an id' : '--policy'
      const message =
        extra === undefined ? `${what} is missing` : `unexpected argument ${JSON.stringify(extra)}`
      return wrongLine(putCommand, message, printer, io)
    }
    const problem = tenantIdProblem(id)
    if (problem !== undefined) {
      return printer.fail({ code: 'wrong_id', message: problem }, 'tenant put: ')
    }
    const where = storePath(flags)
    return withStore(flags, printer, (store) =>
      put({ id, file: flags.policy }, store, { where, printer })
    )
  }
})

/** `agentguard tenant list` */
const listCommand: Command = createCommand({
  name: 'tenant list',
  summary: 'Lists the tenants that have a policy of their own',
  synopsis: '[flags]',
  flags: storeFlags,
  examples: [['tenant list --json', 'for a program']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [extra] = positionals
    if (extra !== undefined) {
      return wrongLine(listCommand, `unexpected argument ${JSON.stringify(extra)}`, printer, io)
    }
    return withFoundStore(flags, printer, async (store) => {
      const rows = store.all()
      if (rows.length === 0) {
        printer.text(
          'No tenant policies registered. The tenant local has the policy file of the server.'
        )
      } else {
        printer.text(`Registered tenants (${rows.length}):`)
        for (const { tenant } of rows) printer.text(`  ${printable(tenant)}`)
      }
      printer.json(rows.map(({ tenant, updatedAt }) => ({ tenant, updated_at: updatedAt })))
      return 0
    })
  }
})

/** `agentguard tenant rm` */
const removeCommand: Command = createCommand({
  name: 'tenant rm',
  summary: 'Takes the policy of a tenant away, and so the tenant',
  synopsis: '<id> [flags]',
  flags: storeFlags,
  notes: [exitNote, 'A tenant that is not there is no failure.'],
  examples: [['tenant rm acme', 'its requests are denied from then on']],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [id, extra] = positionals
    if (id === undefined || extra !== undefined) {
      const message =
        extra === undefined ? 'an id is missing' : `unexpected argument ${JSON.stringify(extra)}`
      return wrongLine(removeCommand, message, printer, io)
    }
    return withFoundStore(flags, printer, async (store) => {
      const isRemoved = store.remove(id)
      const name = JSON.stringify(id)
      printer.text(printable(isRemoved ? `Removed tenant ${name}` : `Tenant ${name} not found`))
      printer.json({ tenant: id, removed: isRemoved })
      return 0
    })
  }
})

/** The commands `agentguard tenant …`. */
export const tenantCommands: readonly Command[] = [putCommand, listCommand, removeCommand]

function wrongLine(command: Command, message: string, { isJson }: Printer, io: Io): number {
  reportWrongLine({ message: `${command.name}: ${message}`, usage: command.usage, isJson }, io)
  return 1
}

interface StoreFlags {
  readonly 'data-dir': string
  readonly 'store-dsn': string
}

function storePath(flags: StoreFlags): string {
  return join(flags['data-dir'], dataPaths('').database)
}

type FoundStore = Pick<TenantStore, 'all' | 'remove'>

/** As `withStore`, but makes no database where there is none: that has no tenants, and may be the wrong place. */
async function withFoundStore(
  flags: StoreFlags,
  printer: Printer,
  use: (store: FoundStore) => Promise<number>
): Promise<number> {
  const path = storePath(flags)
  if (flags['store-dsn'] !== '' || existsSync(path)) return withStore(flags, printer, use)
  printer.note(
    printable(`tenant: there is no ${resolve(path)}. --data-dir names the directory of the server`)
  )
  return use({ all: () => [], remove: () => false })
}

/** Opens the store, uses it and closes it. Resolves to the exit code. */
async function withStore(
  flags: StoreFlags,
  printer: Printer,
  use: (store: TenantStore) => Promise<number>
): Promise<number> {
  if (flags['store-dsn'] !== '') {
    return printer.fail({
      code: 'not_supported',
      message: 'tenant: --store-dsn is not supported by this version yet',
      next: 'Leave it away: the state is in the data directory (--data-dir).'
    })
  }
  const directory = flags['data-dir']
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    // Scripts prepare the tenants of a server before it starts for the first time.
    const database = await openDatabase(storePath(flags), { allowsReference: true })
    try {
      return await use(openTenantStore(database))
    } finally {
      database.close()
    }
  } catch (error) {
    if (!(error instanceof StateError) && !isSystemError(error)) throw error
    return printer.fail({ code: 'store_failed', message: (error as Error).message }, 'tenant: ')
  }
}

function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).code === 'string'
}

async function put(
  { id, file: pattern }: { readonly id: string; readonly file: string },
  store: TenantStore,
  { where, printer }: { readonly where: string; readonly printer: Printer }
): Promise<number> {
  const fail = (message: string): number =>
    printer.fail({ code: 'invalid_policy', message }, 'tenant put: ')
  const expanded = await expandFiles([pattern], 'policies')
  if (!expanded.ok) return fail(expanded.message)
  const [file, another] = expanded.files
  if (file === undefined || another !== undefined) return fail(`${pattern} matches several files`)
  const bytes = await readFile(file)
  const loaded = compilePolicy(bytes, { file })
  if (!loaded.ok) {
    const exit = fail(`${file}: ${loaded.issues[0]?.message}`)
    for (const issue of loaded.issues) printer.note(`  ${formatIssue(file, issue)}`)
    return exit
  }
  for (const warning of loaded.warnings) printer.note(`WARNING: ${formatIssue(file, warning)}`)
  // The very bytes that were judged: the file may be another by now.
  store.put(id, bytes.toString('utf8'))
  const { name } = loaded.policy.document
  printer.text(
    printable(
      `Registered tenant ${JSON.stringify(id)}: ${name} (${formatSize(loaded)}) in ${where}`
    )
  )
  printer.json({
    tenant: id,
    policy: name,
    rules: loaded.ruleCount,
    scopes: loaded.scopeCount,
    store: where
  })
  return 0
}
