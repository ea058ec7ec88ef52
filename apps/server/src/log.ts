import { printable } from '@agentguard/protocol/printable'

/**
 * Writes one line. Whatever the text holds, it stays one line. The members say the same as the text, for programs: a log
 * that people read does not ask for them.
 */
export type Log = (text: string, members?: () => object) => void

/** A log with the time in front of each line: `2026/11/22 09:08:07 text`, in local time. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (text) => write(`${formatTime(now())} ${printable(text)}\n`)
}

function formatTime(time: Date): string {
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('/')
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
