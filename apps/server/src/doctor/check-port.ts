import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Finding, fail, ok } from './finding.ts'

/** Looks whether a port is free. One that our own server has is as it should be. */
export async function checkPort(port: number, isOurs: () => Promise<boolean>): Promise<Finding> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return ok('port', `port ${port} is free`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      if (await isOurs()) return ok('port', `an AgentGuard server has port ${port}`)
      const fix = 'Stop what has it (ss -ltnp shows it), or use another --port.'
      return fail('port', `another program has port ${port}`, fix)
    }
    if (code === 'EACCES') {
      return fail('port', `port ${port} is not for this user`, 'Use a --port from 1024 on.')
    }
    return fail('port', `port ${port} cannot be used: ${message}`, 'Use another --port.')
  } finally {
    server.close()
  }
}
