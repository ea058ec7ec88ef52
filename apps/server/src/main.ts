#!/usr/bin/env node
import { runCli } from './cli/run-cli.ts'

const stop = new AbortController()

process.stdout.on('error', () => process.exit(1)) // whoever read our output has gone
process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: process.stdin,
  env: process.env,
  stopSignal() {
    // A second signal finds no handler and ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
    return stop.signal
  }
})
