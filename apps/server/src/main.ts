#!/usr/bin/env node
import { describeLostOutput } from './cli/output-lost.ts'
import { processIo } from './cli/process-io.ts'
import { nameOfCommand, runCli } from './cli/run-cli.ts'

const args = process.argv.slice(2)
const command = nameOfCommand(args)
// A log that nobody reads ends nothing.
process.stderr.on('error', () => {})
process.stdout.on('error', (error) => {
  const lost = describeLostOutput(error, command)
  if (!lost) return
  if (lost.message !== undefined) process.stderr.write(`${lost.message}\n`)
  process.exit(lost.exit)
})
process.exitCode = await runCli(args, processIo())
// A server that has stopped has nothing left to do. Whatever a library still waits for, such as a collector that
// does not answer, does not hold it up.
if (command === 'serve') setTimeout(() => process.exit(), 100).unref()
