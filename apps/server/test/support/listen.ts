import { onTestFinished } from 'vitest'
import { createListener } from '../../src/http/create-listener.ts'
import { startServer, type Timeouts } from '../../src/http/start-server.ts'
import { depsOf, type TestDeps } from './deps.ts'

/** Starts a server in this process, on a free port of the loopback interface, until the test is over. */
export async function listen(
  deps: TestDeps = {},
  timeouts: Partial<Timeouts> = {}
): Promise<number> {
  const listenerDeps = await depsOf(deps)
  const server = await startServer({
    listener: createListener(listenerDeps),
    admission: listenerDeps.admission,
    port: 0,
    host: '127.0.0.1',
    timeouts
  })
  onTestFinished(() => server.close(0))
  return server.port
}
