import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = 'apps/server/src/main.ts'
const readme = readFileSync(`${root}/README.md`, 'utf8')

interface Example {
  readonly command: string
  readonly output: string
}

/** The commands of the `console` blocks, each with the output that stands below it. */
const examples = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((text): Example => {
      const [command = '', ...output] = text.split('\n')
      return { command, output: output.join('\n').trim() }
    })
)
const requests = examples.filter((example) => example.command.startsWith('curl '))
const commands = examples.filter((example) => example.command.startsWith('npm run '))

let server: ChildProcess
let port: number
let data: string

/** What is different each time is not shown. */
function withoutChance(text: string): string {
  return text
    .replace(/sha256:[0-9a-f]{64}/, 'sha256:…')
    .replaceAll(/ap_[0-9a-f]{32}/g, 'ap_…')
    .replace(`localhost:${port}`, 'localhost:8080')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

beforeAll(async () => {
  port = await freePort()
  const policy = ['--policy', 'configs/default.yaml']
  data = mkdtempSync(join(tmpdir(), 'agentguard-readme-'))
  const args = ['--port', `${port}`, '--data-dir', data]
  server = spawn(process.execPath, [main, 'serve', ...policy, ...args], { cwd: root })
  let log = ''
  for await (const chunk of server.stderr ?? []) {
    log += chunk
    if (log.includes('Health:')) break
  }
})

afterAll(async () => {
  server.kill()
  await once(server, 'exit')
  rmSync(data, { recursive: true })
})

describe('README.md', () => {
  test('has examples', () => {
    expect([requests.length, commands.length]).toEqual([4, 1])
  })

  test.each(requests)('the server answers as shown: $command', async ({ command, output }) => {
    const [, url = '', body = ''] = /(http:\S+) -d '(.*)'$/.exec(command) ?? []
    const response = await fetch(url.replace('8080', `${port}`), { method: 'POST', body })
    const text = (await response.text()).trim()
    expect(withoutChance(text)).toBe(output)
  })

  test.each(commands)('the command prints what is shown: $command', async ({ command, output }) => {
    const words = command.split(' -- ')[1]?.match(/'[^']*'|\S+/g) ?? []
    const args = [main, ...words.map((word) => word.replaceAll("'", ''))]
    const run = promisify(execFile)(process.execPath, args, { cwd: root })
    // REQUIRE_APPROVAL is exit code 2.
    const { stdout } = await run.catch((error: { stdout: string }) => error)
    expect(stdout.trim()).toBe(output)
  })
})
