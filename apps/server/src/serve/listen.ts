import { createAdmission } from '../http/admission/admission.ts'
import { createRefusalCounts } from '../http/admission/count-refusals.ts'
import { createListener } from '../http/create-listener.ts'
import { createGather, gatherOthers } from '../http/gather.ts'
import { peerAddress } from '../http/peer-address.ts'
import { type RunningServer, startServer } from '../http/start-server.ts'
import { version } from '../version.ts'
import { type ApiParts, createApi } from './create-api.ts'
import type { Observers } from './observers.ts'
import type { Opened } from './opened.ts'
import { logAddress } from './say.ts'

/** What answers requests, but for who is let in. */
export type ListenParts = Omit<
  ApiParts,
  'admission' | 'refusals' | 'stopping' | Exclude<keyof Observers, 'running'>
> & { readonly observers: Observers }

/** Listens, and says so. `onPort` is told the port as soon as it is known. */
export async function listen(
  { observers, ...parts }: ListenParts,
  onPort: (port: number) => void,
  opened: Pick<Opened, 'defer'>
): Promise<RunningServer> {
  const { options, followers } = parts
  const { log, journal, health, metrics } = observers
  const refusals = createRefusalCounts({
    note: (detail) => journal.note('requests-refused', detail),
    onRefused: (reason) => metrics.count('admission_refusals_total', reason)
  })
  opened.defer(refusals.close)
  const admission = createAdmission({ ...options.limits, onRefused: refusals.refused })
  const stopping = new AbortController()
  const api = createApi({
    ...parts,
    ...observers,
    admission,
    refusals,
    stopping: stopping.signal
  })
  const gather = createGather()
  const others = gatherOthers()
  const peerOf = peerAddress(options.trustedProxies)
  const server = await startServer({
    listener: createListener({ ...api, peerOf, gather, others }),
    port: options.port,
    host: options.host,
    timeouts: options.timeouts,
    admission,
    onConnect() {
      gather.connected()
      others.connected()
    }
  })
  const { port } = server
  onPort(port)
  journal.note('server-started', { version, port })
  logAddress(options, { port, isOpen: parts.auth.isOpen() }, log)
  return {
    port,
    async close(graceMs) {
      health.stopping()
      stopping.abort()
      followers.feed().close()
      await server.close(graceMs)
      journal.note('server-stopped', { version })
    }
  }
}
