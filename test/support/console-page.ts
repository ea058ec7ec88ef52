import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A command of a page, with the output that stands below it. */
export interface Example {
  readonly command: string
  readonly output: string
}

/** What a page lets its reader do, in its order. */
type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | ({ readonly kind: 'command' } & Example)

/** The steps of a page: `console` blocks, and blocks behind `<!-- file: name -->`. */
function stepsOf(page: string): Step[] {
  const blocks = page.matchAll(/(?:^<!-- file: (\S+) -->\n+)?^```(\w*)\n([\s\S]*?)^```$/gm)
  return [...blocks].flatMap(([, name, language, text = '']): Step[] => {
    if (name !== undefined) return [{ kind: 'file', name, text }]
    return language === 'console' ? commandsOf(text) : []
  })
}

function commandsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [, command = '', output = ''] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(text) ?? []
      return { kind: 'command', command, output: output.trim() }
    })
}

/**
 * The script of a page, for bash. The outputs of its commands are separated by NUL. `agentguard serve` is what
 * its reader does in another terminal: it goes on in the background until the next one, or the end.
 */
function scriptOf(steps: readonly Step[], port: number): string {
  const lines = steps.flatMap((step): string[] => {
    if (step.kind === 'file') return []
    const command = step.command.replaceAll('8080', `${port}`)
    const isServer = /^(?:\w+=\S+ )*agentguard serve/.test(command)
    return [
      isServer ? `serve ${JSON.stringify(`${command} --port ${port}`)}` : command,
      `printf '\\0'`
    ]
  })
  return `exec 2>&1
server=
stop() { if [ -n "$server" ]; then kill "$server"; wait "$server"; fi; server=; }
serve() {
  stop
  log=$(mktemp -p .bin)
  eval "exec env $1" > "$log" 2>&1 &
  server=$!
  tail --pid="$server" -n +1 -f "$log" | sed '/Health:/q'
}
trap stop EXIT
${lines.join('\n')}
`
}

/** A file that a page shows behind `<!-- file: name -->`. Throws an `Error` if it shows none of that name. */
export async function fileOf(page: string, name: string): Promise<string> {
  const steps = stepsOf(await readFile(join(root, page), 'utf8'))
  const found = steps.find((step) => step.kind === 'file' && step.name === name)
  if (found?.kind !== 'file') throw new Error(`${page} has no file ${name}`)
  return found.text
}

/** Does what a page says, in an empty directory. Resolves to its examples, each with what was really printed. */
export async function runPage(file: string): Promise<(Example & { readonly printed: string })[]> {
  const steps = stepsOf(await readFile(join(root, file), 'utf8'))
  const directory = await mkdtemp(join(tmpdir(), 'agentguard-page-'))
  try {
    for (const step of steps) {
      if (step.kind === 'file') await writeFile(join(directory, step.name), step.text)
    }
    const bin = join(directory, '.bin')
    await mkdir(bin)
    const program = `exec ${process.execPath} ${root}apps/server/src/main.ts "$@"\n`
    await writeFile(join(bin, 'agentguard'), `#!/bin/sh\n${program}`, { mode: 0o755 })
    const port = await freePort()
    const printed = (await runBash(scriptOf(steps, port), { directory, bin, port })).split('\0')
    const examples = steps.filter((step) => step.kind === 'command')
    return examples.map(({ command, output }, at) => ({
      command,
      output,
      printed: (printed[at] ?? 'the script ended before').replaceAll(`${port}`, '8080').trim()
    }))
  } finally {
    await rm(directory, { recursive: true })
  }
}

interface Place {
  readonly directory: string
  readonly bin: string
  readonly port: number
}

async function runBash(script: string, { directory, bin, port }: Place): Promise<string> {
  const { AGENTGUARD_API_KEY: _, FORCE_COLOR: __, ...inherited } = process.env
  const env = {
    ...inherited,
    PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`,
    AGENTGUARD_URL: `http://localhost:${port}`,
    NO_COLOR: '1'
  }
  const file = join(bin, 'page.sh')
  await writeFile(file, script)
  const child = spawn('bash', [file], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 90_000
  })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** What an output has to look like: `…` stands for what differs each time, alone on a line for any lines. */
export function patternOf(output: string): RegExp {
  const lines = output.split('\n').map((line) => {
    if (line === '…') return '[\\s\\S]*'
    return line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*?')
  })
  return new RegExp(`^${lines.join('\n')}$`)
}
