import { auditCommand } from './audit.ts'
import { auditVerifyCommand } from './audit-verify.ts'
import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { createCompletionCommand } from './completion.ts'
import { doctorCommand } from './doctor.ts'
import { explainCommand } from './explain.ts'
import { initCommand } from './init.ts'
import { keysCommands } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { pendingCommand } from './pending.ts'
import { replayCommand } from './replay.ts'
import { approveCommand, denyCommand } from './resolve.ts'
import { serveCommand } from './serve.ts'
import { statusCommand } from './status.ts'
import { tenantCommands } from './tenant.ts'
import { testCommand } from './test-policy.ts'
import { validateCommand } from './validate.ts'
import { versionCommand } from './version.ts'

const commands: readonly Command[] = [
  initCommand,
  serveCommand,
  validateCommand,
  testCommand,
  checkCommand,
  statusCommand,
  pendingCommand,
  approveCommand,
  denyCommand,
  auditCommand,
  auditVerifyCommand,
  ...tenantCommands,
  ...keysCommands,
  explainCommand,
  replayCommand,
  doctorCommand,
  migrateCommand,
  versionCommand
]

/** Every command but `help`, in the order of the help text. */
export const commandList: readonly Command[] = [...commands, createCompletionCommand(commands)]
