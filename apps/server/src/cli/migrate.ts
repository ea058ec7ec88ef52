import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { printable } from '@agentguard/protocol/printable'
import { prependHeader, readLogState } from '../log-migration/prepend-header.ts'
import { type Command, createCommand } from './command.ts'
import type { Arguments, Flags } from './flags.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

const migration = {
  id: 'v040_to_v041',
  from: '1',
  to: '2',
  description: 'puts a header in front of a log of before AgentGuard 0.4.1'
} as const

const migrateFlags = {
  'audit-log': { default: 'audit.jsonl', value: 'file', meaning: 'The log' },
  checkpoint: {
    default: '',
    value: 'file',
    meaning: 'The replay checkpoint of AgentGuard 1.0, which is made anew after a change',
    defaultText: '<audit-log>.replay-checkpoint'
  },
  'backup-dir': {
    default: '',
    value: 'directory',
    meaning: 'Where the copy of the old log goes',
    defaultText: 'that of the log'
  },
  'dry-run': { default: false, meaning: 'Says what would be done, and does nothing' },
  list: { default: false, meaning: 'Lists the migrations' },
  id: { default: '', value: 'id', meaning: 'Only this migration', defaultText: 'all' },
  'reset-checkpoint': { default: false, meaning: 'Only deletes the replay checkpoint' },
  ...outputFlags
} as const satisfies Flags

type MigrateFlags = Arguments<typeof migrateFlags>['flags']

/** `agentguard migrate` */
export const migrateCommand: Command = createCommand({
  name: 'migrate',
  summary: 'Brings a log of an old version into the format of AgentGuard 1.0',
  synopsis: '[flags]',
  flags: migrateFlags,
  notes: [
    `Few need this. A log of AgentGuard 1.0 is taken over by serve as it is, and the database is brought up to
date when it is opened. No server may have the log open meanwhile.`,
    'Exit code: 0 done or nothing to do, 1 not done, 2 the line is wrong.'
  ],
  examples: [
    ['migrate --list', 'what there is'],
    ['migrate --audit-log old.jsonl --dry-run', 'what would be done']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    const [extra] = positionals
    if (extra !== undefined) {
      const message = `unexpected argument ${JSON.stringify(extra)}`
      printer.fail({ code: 'wrong_line', message }, 'migrate: ')
      return 2
    }
    const fail = (code: string, message: string): number =>
      printer.fail({ code, message }, 'migrate: ')
    if (flags.list) return list(printer)
    if (flags.id !== '' && flags.id !== migration.id) {
      return fail('not_found', `migration not found in registry: ${flags.id}`)
    }
    try {
      if (flags['reset-checkpoint']) return await resetCheckpoint(flags, printer)
      return await migrate(flags, printer)
    } catch (error) {
      return fail('failed', (error as Error).message)
    }
  }
})

function list(printer: Printer): number {
  const { id, from, to, description } = migration
  printer.text('Registered migrations:', `  ${id}  ${from} -> ${to}  ${description}`)
  printer.json([migration])
  return 0
}

async function migrate(flags: MigrateFlags, printer: Printer): Promise<number> {
  const file = flags['audit-log']
  const state = await readLogState(file)
  if (state.kind === 'later') {
    throw new Error(`${file} has schema_version ${state.version}: it is of a later version`)
  }
  const report = (status: string, why: string): number => {
    printer.text(`  ${migration.id}: ${status} (${printable(why)})`)
    printer.text('migrate: 1 migration(s) processed')
    printer.json({ processed: 1, migrations: [{ id: migration.id, status, why }] })
    return 0
  }
  if (state.kind === 'absent') return report('skipped', `there is no log at ${file}`)
  if (state.kind === 'current') return report('skipped', `${file} has a header`)
  if (flags['dry-run']) return report('would run', `${file} has no header`)
  const backupDirectory = flags['backup-dir'] || dirname(file)
  const backup = await prependHeader({ file, backupDirectory, now: () => new Date() })
  // It points to bytes that are elsewhere now.
  await rm(checkpointsOf(flags)[0] as string, { force: true })
  return report('ran', `the old log is in ${backup}`)
}

/** The checkpoint that AgentGuard 1.0 uses, and the one that its own command took for it. */
function checkpointsOf(flags: MigrateFlags): string[] {
  if (flags.checkpoint !== '') return [flags.checkpoint]
  const file = flags['audit-log']
  return [`${file}.replay-checkpoint`, join(dirname(file), '.replay-checkpoint')]
}

async function resetCheckpoint(flags: MigrateFlags, printer: Printer): Promise<number> {
  const removed: string[] = []
  for (const file of checkpointsOf(flags)) {
    if (!(await exists(file))) continue
    if (!flags['dry-run']) await rm(file)
    removed.push(file)
  }
  const verb = flags['dry-run'] ? 'would delete' : 'deleted'
  if (removed.length === 0) printer.text('migrate: there is no checkpoint')
  for (const file of removed) printer.text(`migrate: ${verb} ${printable(file)}`)
  printer.json({ removed: flags['dry-run'] ? [] : removed, found: removed })
  return 0
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
