import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

export const repository: string = join(import.meta.dirname, '../../../..')

export interface BinOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** After how many milliseconds it is ended in any case. @defaultValue a minute */
  readonly maxMs?: number
}

export interface BinResult {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts the real program. It is ended with the test, which therefore MUST NOT run concurrently. */
export function startBin(args: readonly string[], options: BinOptions = {}): Child {
  const child = spawnBin(args, options)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Runs the real program to its end. */
export async function runBin(
  args: readonly string[],
  options: BinOptions = {}
): Promise<BinResult> {
  const child = spawnBin(args, options)
  child.stdin.on('error', () => {}) // it may end before it has read everything
  child.stdin.end(options.input ?? '')
  const [out, err, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit')
  ])
  return { exit, out, err }
}

function spawnBin(
  args: readonly string[],
  { env = {}, cwd = repository, maxMs = 60_000 }: BinOptions
): Child {
  const { AGENTGUARD_API_KEY: _, FORCE_COLOR: __, ...inherited } = process.env
  return spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: maxMs,
    killSignal: 'SIGKILL'
  })
}

async function dataDirectory(): Promise<string[]> {
  return ['--data-dir', await temporaryDirectory()]
}

export interface ServingBin {
  readonly child: Child
  readonly port: number
  /** Everything logged so far. */
  readonly lines: readonly string[]
  /** Resolves to the first line, from the beginning, that matches. */
  lineLike(pattern: RegExp): Promise<string>
}

/** Runs `agentguard serve` on a free port, until the test is over. */
export async function serveBin(
  args: readonly string[],
  options: BinOptions = {}
): Promise<ServingBin> {
  const directory = args.some((arg) => arg.startsWith('--data-dir')) ? [] : await dataDirectory()
  const child = startBin(['serve', '--port', '0', ...directory, ...args], options)
  const lines: string[] = []
  const reader = createInterface({ input: child.stderr })
  reader.on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(() => 'ended')

  async function lineLike(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = lines.find((line) => pattern.test(line))
      if (found !== undefined) return found
      if ((await Promise.race([once(reader, 'line'), ended])) === 'ended') {
        throw new Error(`ended without a line like ${pattern}:\n${lines.join('\n')}`)
      }
    }
  }

  const listening = await lineLike(/listening on :/)
  return { child, port: Number(/listening on :(\d+)/.exec(listening)?.[1]), lines, lineLike }
}
