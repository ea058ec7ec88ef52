import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const main = join(import.meta.dirname, '../../apps/server/src/main.ts')

/** Starts `agentguard serve` with a policy, on a free port of this machine. */
export async function serve(policy: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-example-'))
  const file = join(directory, 'policy.yaml')
  await writeFile(file, policy)
  const flags = ['--policy', file, '--data-dir', directory, '--port', '0', '--dashboard']
  const { AGENTGUARD_API_KEY: _, ...env } = process.env
  const child = spawn(process.execPath, [main, 'serve', ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null) await once(child, 'exit')
    await rm(directory, { recursive: true, force: true })
  }
  for await (const line of createInterface({ input: child.stderr })) {
    const [, port] = /listening on :(\d+)$/.exec(line) ?? []
    if (port === undefined) continue
    child.stderr.resume()
    return { url: `http://127.0.0.1:${port}`, stop }
  }
  await stop()
  throw new Error('the server did not start')
}
