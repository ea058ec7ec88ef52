import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { sqliteAccess } from '@agentguard/access/sqlite'
import { parseArguments } from '../../src/cli/flags.ts'
import { serveFlags } from '../../src/cli/serve-flags.ts'
import { readServeOptions } from '../../src/cli/serve-options.ts'
import type { Opened } from '../../src/serve/opened.ts'
import type { LimitOptions, ServeOptions } from '../../src/serve/options.ts'
import { startGuarding } from '../../src/serve/start.ts'
import { openDatabase } from '../../src/state/database.ts'
import { openTenantStore } from '../../src/tenants/tenant-store.ts'

export const apiKey = 'the one API key'
export const slackSigningSecret = 'what Slack signs with'

const policy = `version: "1"
name: conformance
proxy: { request: { max_body_bytes: 4096 } }
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: "no <deleting> & such" }]
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "ls *" }]
`

export interface Server {
  readonly port: number
  /** Secrets of credentials, by their names. */
  readonly secrets: Readonly<Record<'agent' | 'auditor' | 'elsewhere', string>>
  /** The database of the server, in a second connection. */
  readonly database: DatabaseSync
  /** What the server has logged. */
  readonly lines: readonly string[]
}

export interface ServerOptions {
  readonly args?: readonly string[]
  readonly key?: string | null
  readonly limits?: Partial<LimitOptions>
}

/** Starts the real server in this process, with the tenant `acme` and some credentials. */
export async function startServer(
  directory: string,
  opened: Opened,
  { args = [], key = apiKey, limits = {} }: ServerOptions = {}
): Promise<Server> {
  const file = join(directory, 'policy.yaml')
  await writeFile(file, policy)
  const database = await openDatabase(join(directory, 'agentguard.db'))
  opened.defer(() => database.close())
  openTenantStore(database).put('acme', policy)
  const secrets = key === null ? { agent: '', auditor: '', elsewhere: '' } : await issue(database)
  const place = ['--policy', file, '--data-dir', directory, '--port', '0', '--host', '127.0.0.1']
  const rates = ['--peer-rate', '0', '--agent-rate', '0', '--dashboard']
  const options = readOptions([...place, ...rates, ...(key ? ['--api-key', key] : []), ...args])
  const lines: string[] = []
  const server = await startGuarding(
    { ...options, limits: { ...options.limits, ...limits } },
    { log: (line) => lines.push(line), writeConsole: () => {}, env: {} },
    opened
  )
  opened.defer(() => server.close(0))
  return { port: server.port, secrets, database, lines }
}

function readOptions(args: readonly string[]): ServeOptions {
  const line = parseArguments(args, serveFlags)
  if (!line.ok) throw new Error(line.reason)
  const secrets = { apiKey: undefined, slackSigningSecret, webhookSecret: undefined }
  const read = readServeOptions(line, secrets)
  if (!read.ok) throw new Error(read.message)
  return read.options
}

async function issue(database: DatabaseSync): Promise<Server['secrets']> {
  const { credentials } = sqliteAccess({ database })
  async function create(wanted: Parameters<typeof credentials.create>[0]): Promise<string> {
    const created = await credentials.create(wanted)
    if (!created.ok) throw new Error(created.reason)
    return created.secret
  }
  return {
    agent: await create({ role: 'agent', name: 'bot' }),
    auditor: await create({ role: 'auditor', name: 'ann' }),
    elsewhere: await create({ role: 'admin', name: 'bob', tenant: 'other' })
  }
}
