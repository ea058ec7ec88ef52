import { pino } from 'pino'
import type { Log } from './log.ts'

const marker = /^(INFO|WARNING|ERROR): /
const levels: Readonly<Record<string, 'info' | 'warn' | 'error'>> = {
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error'
}

/**
 * A log of one JSON object per line: `level`, `time` (RFC 3339), `pid`, the members if there are any, `msg`. The level
 * is what the text begins with, which is not repeated. Whatever the text holds, JSON keeps it one line.
 */
export function createJsonLog(
  write: (line: string) => void,
  now: () => Date = () => new Date()
): Log {
  const logger = pino(
    {
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${now().toISOString()}"`
    },
    // Without a stream of its own, nothing is left to be flushed when the process ends.
    { write }
  )
  return (text, members = () => ({})) => {
    const [found = '', word = ''] = marker.exec(text) ?? []
    logger[levels[word] ?? 'info'](members(), text.slice(found.length))
  }
}
