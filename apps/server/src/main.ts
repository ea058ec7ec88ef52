#!/usr/bin/env node
import { processIo } from './cli/process-io.ts'
import { runCli } from './cli/run-cli.ts'

// A log that nobody reads ends nothing.
process.stderr.on('error', () => {})
// Whoever read our output has gone; a server has more to do than to be read.
process.stdout.on('error', () => {
  if (!process.argv.includes('serve')) process.exit(1)
})
process.exitCode = await runCli(process.argv.slice(2), processIo())
