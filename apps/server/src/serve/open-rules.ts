import { resolve } from 'node:path'
import type { EffectContext } from '@agentguard/policy'
import { createPolicies, type Policies } from '../policy/policies.ts'
import { createRedactors, type RedactorOf } from '../policy/redactors.ts'
import { dataPaths } from '../state/data-directory.ts'
import { openState, type State } from '../state/open-state.ts'
import { openKey } from '../state/secret-files.ts'
import type { Observers } from './observers.ts'
import { openLocalPolicy, openTenants } from './open-policies.ts'
import type { Opened } from './opened.ts'
import type { ServeOptions } from './options.ts'
import { tellHealth } from './tell-health.ts'
import { watchDatabase } from './watch-server.ts'

/** What everything else stands on. */
export interface OpenRules {
  readonly state: State
  readonly policies: Policies
  readonly redactorOf: RedactorOf
}

/** Opens the policies, and the data directory with the database. */
export async function openRules(
  options: ServeOptions,
  { log, journal, health, metrics, running }: Observers,
  opened: Pick<Opened, 'defer'>
): Promise<OpenRules> {
  const following = {
    context: withOwnFiles(options),
    log,
    journal,
    news: tellHealth(health, metrics),
    onChange: () => running.notifications?.reload()
  }
  const { policyFile: file, saysReloads } = options
  // First, so that a bad file leaves nothing behind.
  const local = await openLocalPolicy({ file, saysReloads, ...following })
  opened.defer(local.close)
  const state = await openState(options.state, log)
  opened.defer(state.close)
  const { paths, database } = state
  running.writes = watchDatabase(database, log)
  opened.defer(() => running.writes?.close())
  const tenants = openTenants(database, following)
  opened.defer(() => tenants?.close())
  const policies = createPolicies(local, tenants)
  running.policies = policies
  return {
    state,
    policies,
    redactorOf: createRedactors(policies, await openKey(paths.redactionKey))
  }
}

/** Where agents run what they ask for. Writing our own files is never allowed by the way. */
function withOwnFiles({ context, policyFile, state, audit }: ServeOptions): EffectContext {
  const { directory, ...files } = dataPaths(resolve(state.dataDirectory))
  // A directory in which agents work holds more than what is ours.
  const places = [process.cwd(), ...(context?.cwd === undefined ? [] : [context.cwd])]
  const isShared = places.some((place) => `${place}/`.startsWith(`${directory}/`))
  const data = isShared
    ? [...Object.values(files), `${files.database}-wal`, `${files.database}-shm`]
    : [directory]
  const own = [policyFile, ...data, ...(audit.path === undefined ? [] : [audit.path])]
  return { ...context, ownFiles: own.map((path) => resolve(path)) }
}
