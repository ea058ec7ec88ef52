#!/usr/bin/env node
import { runHookCommand } from './hook-command.ts'

// Any other code, but for 0, would let the call through.
process.exitCode = 2
process.on('uncaughtException', (error) => {
  process.stderr.write(`[AgentGuard] Action denied: ${String(error)}\n`)
  process.exit(2)
})

const [, script = '', ...args] = process.argv
void runHookCommand(args, process.stdin, [process.execPath, script]).then((answer) => {
  process.stderr.write(answer.stderr)
  // Connections that are kept for later would hold the process up.
  process.stdout.write(answer.stdout, () => process.exit(answer.exitCode))
})
