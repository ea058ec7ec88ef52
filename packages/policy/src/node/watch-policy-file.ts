import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import {
  compileBytes,
  type LoadOptions,
  type PolicyBytes,
  type PolicyFile,
  readPolicyFile,
  unreadable
} from './load-policy-file.ts'

export interface WatchOptions extends LoadOptions {
  /**
   * Called with every new state of the file: a policy to use from now on, or what is wrong with the
   * file, in which case the policy before it stays in force.
   */
  readonly onChange: (file: PolicyFile) => void
  /**
   * The digest of the content that is in force, as `loadPolicyFile` gave it: the first state that
   * differs is reported. Without it, the first reading is not reported.
   */
  readonly digest?: string | undefined
  /** How often the content is read if the system reports nothing. @defaultValue 500 */
  readonly intervalMs?: number
  /** How long the content must stay the same before it counts. @defaultValue 250 */
  readonly settleMs?: number
}

/** Milliseconds from a notification to the reading. A log in the same directory may cause thousands a second. */
const hurryMs = 50

export interface PolicyWatcher {
  /** Reads the file now; resolves when the state that it then had has been reported. */
  refresh(): Promise<void>
  /** Stops watching. Nothing is reported afterwards. */
  close(): void
}

/**
 * Watches a policy file by its content.
 *
 * Neither file times nor names count, so edits in place, atomic renames, swapped symbolic links as
 * Kubernetes mounts have them, and files that are older than the one before are all seen. A file
 * that is being written is waited for until it stays the same. Notifications of the system make a
 * change seen sooner; without them it is seen at the next reading.
 */
export function watchPolicyFile(path: string, options: WatchOptions): PolicyWatcher {
  const { onChange, intervalMs = 500, settleMs = 250 } = options
  let reported = options.digest
  let closed = false
  let running: Promise<void> | undefined
  let isStale = false

  let hurried: NodeJS.Timeout | undefined
  const notifications = watchDirectory(dirname(path), () => {
    hurried ??= setTimeout(() => {
      hurried = undefined
      void refresh()
    }, hurryMs).unref()
  })
  const timer = setInterval(() => void refresh(), intervalMs)
  timer.unref()

  function refresh(): Promise<void> {
    isStale = true
    running ??= readUntilCurrent().finally(() => {
      running = undefined
    })
    return running
  }

  async function readUntilCurrent(): Promise<void> {
    while (isStale && !closed) {
      isStale = false
      report(await readSettled())
    }
  }

  function report(read: PolicyBytes): void {
    const identity = read.ok ? read.digest : `error: ${read.error.message}`
    if (closed || identity === reported) return
    const isFirst = reported === undefined
    reported = identity
    if (isFirst) return
    tell(read.ok ? compileBytes(read, path, options) : unreadable(read.error))
  }

  /** A fault of the callback must not end the watching, nor go unseen. */
  function tell(file: PolicyFile): void {
    try {
      onChange(file)
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : 'the callback of a policy watcher threw')
    }
  }

  /** Reads until two readings, `settleMs` apart, agree; at once if nothing has changed. */
  async function readSettled(): Promise<PolicyBytes> {
    let before = await readPolicyFile(path)
    while (!closed && !(before.ok && before.digest === reported)) {
      await new Promise((resolve) => setTimeout(resolve, settleMs))
      const now = await readPolicyFile(path)
      const agree = before.ok && now.ok ? before.digest === now.digest : before.ok === now.ok
      before = now
      if (agree) break
    }
    return before
  }

  return {
    refresh,
    close() {
      closed = true
      clearInterval(timer)
      clearTimeout(hurried)
      notifications?.close()
    }
  }
}

/** Notifications for a directory, where the system has them. They only hurry: reading decides. */
function watchDirectory(directory: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, onEvent)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
