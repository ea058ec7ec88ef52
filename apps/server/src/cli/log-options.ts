import { dataPaths } from '../state/data-directory.ts'
import type { Flags } from './flags.ts'

/** The flags of commands that read a log where it lies. */
export const logFlags = {
  'audit-log': {
    default: '',
    value: 'file',
    meaning: 'The log. Its archives are found beside it. An archive can be read by itself',
    defaultText: 'audit.jsonl in the data directory'
  },
  'data-dir': { default: '.', value: 'directory', meaning: 'The data directory of the server' }
} as const satisfies Flags

/** Where the log is that a line means. */
export function logPath(flags: {
  readonly 'audit-log': string
  readonly 'data-dir': string
}): string {
  return flags['audit-log'] || dataPaths(flags['data-dir']).auditLog
}
