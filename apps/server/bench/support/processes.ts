import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../../../..')

/** The program that is measured: the sources, or `--main=path/to/dist/main.js`. */
export const main: string =
  process.argv.find((arg) => arg.startsWith('--main='))?.slice(7) ??
  join(root, 'apps/server/src/main.ts')

/** Whether processes can be bound to a processor each, so that who asks takes nothing from who answers. */
export const isPinned: boolean =
  availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

/** Keeps this process off the processor of the servers. */
export function pinClient(): void {
  if (isPinned) spawnSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)])
}

export interface Process {
  readonly child: ChildProcess
  readonly port: number
}

/** Starts Node on a processor of its own; resolves when it says where it listens. */
export async function startPinned(args: readonly string[]): Promise<Process> {
  const node = [process.execPath, ...args]
  const [command = '', ...rest] = isPinned ? ['taskset', '-c', '0', ...node] : node
  const child = spawn(command, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = [child.stdout, child.stderr].map((input) => createInterface({ input }))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)))
    for (const each of lines) {
      each.on('line', (line) => {
        const found = /listening on :(\d+)/.exec(line)?.[1]
        if (found) resolve(Number(found))
      })
    }
  })
  return { child, port }
}

export async function stop({ child }: Process): Promise<void> {
  child.kill()
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** How many microseconds of a processor a process has used; undefined where the system does not say. */
export function usedMicros({ child }: Process): number | undefined {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Hundredths of a second: the clock of this file, on all systems that have it.
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return undefined
  }
}

/** The memory of a process in MiB, at the moment and at most. */
export interface Memory {
  readonly now: number
  readonly peak: number
}

/** Undefined where the system does not say. */
export function memoryMi({ child }: Process): Memory | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const of = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]) / 1024
    return { now: of('VmRSS'), peak: of('VmHWM') }
  } catch {
    return undefined
  }
}

/** The middle value, or another share of them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
