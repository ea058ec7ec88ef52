import { Readable } from 'node:stream'
import type { Terminal } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/run-cli.ts'

export interface RunResult {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly terminal?: Terminal
  readonly stopSignal?: AbortSignal
  /** Is told what is printed, as it is. */
  readonly onOut?: (text: string) => void
}

/** Runs a command line in this process. */
export async function run(
  args: readonly string[],
  options: string | RunOptions = {}
): Promise<RunResult> {
  const given = typeof options === 'string' ? { input: options } : options
  const { input = '', env = {}, terminal, onOut } = given
  const { stopSignal = new AbortController().signal } = given
  let out = ''
  let err = ''
  const exit = await runCli(args, {
    out: (text) => {
      out += text
      onOut?.(text)
    },
    err: (text) => {
      err += text
    },
    input: Readable.from([Buffer.from(input)]),
    env,
    stopSignal: () => stopSignal,
    ...(terminal ? { terminal } : {})
  })
  return { exit, out, err }
}
