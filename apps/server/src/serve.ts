import { once } from 'node:events'
import type { RunningServer } from './http/start-server.ts'
import type { Log } from './log.ts'
import { createOpened } from './serve/opened.ts'
import type { ServeOptions } from './serve/options.ts'
import { startGuarding } from './serve/start.ts'
import { messageOf } from './state/state-error.ts'

export interface ServeEnvironment {
  readonly log: Log
  /** Where notifications of the type `console` are written. */
  readonly writeConsole: (text: string) => void
  /** What others than the command line say of the process: OpenTelemetry reads its own variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stopSignal: AbortSignal
}

/**
 * How long requests may take to finish when the server stops. It has 5 s in all: notifications and telemetry
 * that nobody takes have half a second each behind that.
 */
const drainMs = 3_500

/** Serves until asked to stop. Resolves to the exit code. */
export async function serve(options: ServeOptions, environment: ServeEnvironment): Promise<number> {
  const { log, stopSignal } = environment
  let code = 0
  /** What was opened, to be closed in the opposite order. */
  const opened = createOpened()
  try {
    const server: RunningServer = await startGuarding(options, environment, opened)
    if (!stopSignal.aborted) await once(stopSignal, 'abort')
    log('Shutting down...')
    await server.close(drainMs)
  } catch (error) {
    log(`Server error: ${messageOf(error)}`)
    code = 1
  }
  try {
    await opened.close()
  } catch (error) {
    log(`ERROR: while stopping: ${messageOf(error)}`)
    code = 1
  }
  return code
}
