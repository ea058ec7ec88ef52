import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll } from 'vitest'
import { runCli } from '../../../src/cli/run-cli.ts'
import { type Api, apiOf } from '../../support/api.ts'
import { directoryUntilEnd } from './directory.ts'

/** The whole server in this process, as its command line starts it. */
export interface HereServer {
  readonly port: number
  readonly api: Api
  readonly directory: string
  /** The policy file, which may be written over. */
  readonly policyFile: string
  /** What it has written to standard error, the last megabyte of it at least. */
  readonly log: () => string
  /** Stops it; resolves to its exit code. */
  stop(): Promise<number>
}

export interface HereOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly directory?: string
}

const maxLog = 1_048_576

/** Starts the server for the tests of a file. It is stopped behind them, if it has not been before. */
export async function serveHere(
  policy: string,
  { args = [], env = {}, directory }: HereOptions = {}
): Promise<HereServer> {
  const data = directory ?? (await directoryUntilEnd())
  const policyFile = join(await directoryUntilEnd(), 'policy.yaml')
  await writeFile(policyFile, policy)
  const stop = new AbortController()
  const listening = Promise.withResolvers<number>()
  let log = ''
  let isListening = false
  const line = ['serve', '--port', '0', '--data-dir', data, '--policy', policyFile, ...args]
  const ended = runCli(line, {
    out: () => {},
    err(text) {
      // Or this process would grow by all that is logged, and not the server that it measures.
      log = `${log.length > 2 * maxLog ? log.slice(-maxLog) : log}${text}`
      if (isListening) return
      const port = /listening on :(\d+)/.exec(log)?.[1]
      if (port === undefined) return
      isListening = true
      listening.resolve(Number(port))
    },
    input: Readable.from([]),
    env,
    stopSignal: () => stop.signal
  })
  void ended.then((code) => listening.reject(new Error(`ended with ${code}:\n${log}`)))
  const port = await listening.promise
  afterAll(async () => {
    stop.abort()
    await ended
  })
  return {
    port,
    api: apiOf(port),
    directory: data,
    policyFile,
    log: () => log,
    stop() {
      stop.abort()
      return ended
    }
  }
}

/** Resolves when something is so; looks again after each answer of the server. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await once(AbortSignal.timeout(20), 'abort')
}
