import { Readable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'

export interface RunResult {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process. */
export async function run(args: readonly string[], input = ''): Promise<RunResult> {
  let out = ''
  let err = ''
  const exit = await runCli(args, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    input: Readable.from([Buffer.from(input)]),
    env: {},
    stopSignal: () => new AbortController().signal
  })
  return { exit, out, err }
}
