import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { AuditEntry } from '@agentguard/protocol'
import { afterAll, beforeAll } from 'vitest'
import { AgentGuard, type AgentGuardOptions } from '../../src/index.ts'

const main = join(import.meta.dirname, '../../../../apps/server/src/main.ts')

export interface GuardServerOptions {
  /** The policy, in YAML. */
  readonly policy: string
  /** Policies of further tenants. */
  readonly tenants?: Readonly<Record<string, string>>
  readonly apiKey?: string
  /** Further flags of `agentguard serve`. */
  readonly args?: readonly string[]
}

/** A real server, in a process of its own. */
export interface GuardServer {
  readonly url: string
  /** A client of the server, with its API key. The environment has no say. */
  client(options?: AgentGuardOptions): AgentGuard
  /** The id of the next approval that is asked for, or of one that was and that nobody has been told of. */
  nextApproval(): Promise<string>
  approve(id: string): Promise<void>
  deny(id: string): Promise<void>
  /** The verdicts in the log, oldest first, of the tenant `local`. */
  entries(): Promise<readonly AuditEntry[]>
  /** Stops it; nothing listens at its address any more. */
  stop(): Promise<void>
}

/** Starts a server. Who does MUST stop it. */
async function startGuardServer(options: GuardServerOptions): Promise<GuardServer> {
  const { policy, tenants = {}, apiKey, args = [] } = options
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-sdk-'))
  const file = join(directory, 'policy.yaml')
  await writeFile(file, policy)
  for (const [tenant, text] of Object.entries(tenants)) await putTenant(directory, tenant, text)
  const flags = ['--policy', file, '--data-dir', directory, '--port', '0', '--dashboard']
  const { AGENTGUARD_API_KEY: _, FORCE_COLOR: __, ...inherited } = process.env
  const child = spawn(process.execPath, [main, 'serve', ...flags, ...args], {
    env: { ...inherited, ...(apiKey !== undefined && { AGENTGUARD_API_KEY: apiKey }) },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  const port = await portOf(child)
  const url = `http://127.0.0.1:${port}`
  const client = (given: AgentGuardOptions = {}): AgentGuard =>
    new AgentGuard({ baseUrl: url, apiKey: apiKey ?? '', tenantId: '', ...given })
  const listening = new AbortController()
  const nextApproval = await followApprovals(url, apiKey, listening.signal)

  async function answer(route: 'approve' | 'deny', id: string): Promise<void> {
    if (!(await client()[route](id)))
      throw new Error(`the server did not take the answer: ${route}`)
  }

  return {
    url,
    client,
    nextApproval,
    approve: (id) => answer('approve', id),
    deny: (id) => answer('deny', id),
    entries: async () => {
      const { entries } = await client().audit({ limit: 1000 })
      return entries.filter((line) => !('_meta' in line))
    },
    async stop() {
      listening.abort()
      process.off('exit', end)
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** Starts a server for the tests of a file or of a `describe`, and stops it after them. */
export function useGuardServer(options: GuardServerOptions): () => GuardServer {
  let server: GuardServer | undefined
  beforeAll(async () => {
    server = await startGuardServer(options)
  }, 30_000)
  afterAll(() => server?.stop())
  return () => {
    if (!server) throw new Error('the server is there once the tests run')
    return server
  }
}

async function putTenant(directory: string, tenant: string, text: string): Promise<void> {
  const file = join(directory, `${tenant}.yaml`)
  await writeFile(file, text)
  const args = ['tenant', 'put', tenant, '--policy', file, '--data-dir', directory]
  await promisify(execFile)(process.execPath, [main, ...args])
}

async function portOf(child: ChildProcess): Promise<number> {
  if (!child.stderr) throw new Error('the server has no standard error')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line)
    const [, port] = /listening on :(\d+)$/.exec(line) ?? []
    if (port === undefined) continue
    child.stderr.resume()
    return Number(port)
  }
  throw new Error(`the server ended:\n${lines.join('\n')}`)
}

/** Follows the live events, so that tests can await what is asked of people. */
async function followApprovals(
  url: string,
  apiKey: string | undefined,
  signal: AbortSignal
): Promise<() => Promise<string>> {
  const headers = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }
  const response = await fetch(`${url}/api/stream`, { headers, signal })
  if (!response.ok || !response.body) throw new Error(`no events: ${response.status}`)
  const untold: string[] = []
  const waiting: ((id: string) => void)[] = []
  const seen = new Set<string>()

  async function follow(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream() as never)) {
      text += chunk
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) tell(frame)
    }
  }

  function tell(frame: string): void {
    const [, data] = /^data: (.*)$/m.exec(frame) ?? []
    const event = data === undefined ? undefined : (JSON.parse(data) as ApprovalEvent)
    const id = event?.result?.approval_id
    if (event?.type !== 'check' || event.result?.decision !== 'REQUIRE_APPROVAL') return
    if (id === undefined || seen.has(id)) return
    seen.add(id)
    const first = waiting.shift()
    if (first) first(id)
    else untold.push(id)
  }

  follow(response.body).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return async () =>
    untold.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)))
}

interface ApprovalEvent {
  readonly type: string
  readonly result?: { readonly decision?: string; readonly approval_id?: string }
}
