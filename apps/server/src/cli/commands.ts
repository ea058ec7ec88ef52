import { auditCommand } from './audit.ts'
import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { approveCommand, denyCommand } from './resolve.ts'
import { serveCommand } from './serve.ts'
import { statusCommand } from './status.ts'
import { validateCommand } from './validate.ts'
import { versionCommand } from './version.ts'

/** Every command but `help` and `completion`, in the order of the help text. */
export const commandList: readonly Command[] = [
  serveCommand,
  validateCommand,
  checkCommand,
  statusCommand,
  approveCommand,
  denyCommand,
  auditCommand,
  versionCommand
]
