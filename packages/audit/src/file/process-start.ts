import { readFile, readlink } from 'node:fs/promises'

/**
 * When a process was started, in a form that tells it from another with the same number. `undefined`
 * when there is none. Where the system does not say when, it is the empty text.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything. Behind it, the start is the twentieth field.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * What tells the numbers of processes here from those in another container of the same host. Empty where the system
 * does not say it.
 */
export async function processNamespace(): Promise<string> {
  return await readlink('/proc/self/ns/pid').catch(() => '')
}
