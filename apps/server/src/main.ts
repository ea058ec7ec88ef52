#!/usr/bin/env node
import { processIo } from './cli/process-io.ts'
import { runCli } from './cli/run-cli.ts'

process.stdout.on('error', () => process.exit(1)) // whoever read our output has gone
process.exitCode = await runCli(process.argv.slice(2), processIo())
