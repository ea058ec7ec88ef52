import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Io, Terminal } from './io.ts'
import { openKeyboard } from './keyboard.ts'

/** What a command may touch, of this process. */
export function processIo(): Io {
  const stop = new AbortController()
  const terminal = findTerminal()
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    input: process.stdin,
    env: process.env,
    stopSignal() {
      // A second signal finds no handler and ends the process at once.
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
      // A terminal that goes away takes along what was started in it. Elsewhere the signal asks daemons to read
      // their files again, which needs no signal here, and must not end a server.
      process.on('SIGHUP', () => {
        if (terminal) stop.abort()
      })
      return stop.signal
    },
    ...(terminal ? { terminal } : {})
  }
}

function findTerminal(): Terminal | undefined {
  const [out, err] = [process.stdout.isTTY === true, process.stderr.isTTY === true]
  const isInteractive = out && process.stdin.isTTY === true
  if (!out && !err) return undefined
  return {
    out,
    err,
    columns: (out ? process.stdout : process.stderr).columns || 80,
    ...(isInteractive ? { openKeys: () => openKeyboard(process.stdin), ask } : {})
  }
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}
