/**
 * A process that shares a SQLite file with others. The first line of its standard input is its task, each
 * further one a time: at the first it begins, or, if it is paced, tries the next id. It says what it tries
 * before it does, and what it has won or lost as soon as it knows.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { sqliteApprovals } from '../src/drivers/sqlite.ts'

interface Task {
  readonly file: string
  readonly digest: string
  readonly ids: readonly string[]
  /** Whether each try waits for its own time. */
  readonly paced: boolean
  /** End at once when this one has been consumed, before anybody hears of it. */
  readonly dieAfter?: string
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const task: Task = JSON.parse(String((await lines.next()).value))
const approvals = sqliteApprovals({
  database: new DatabaseSync(task.file),
  busyTimeoutMs: 20_000,
  onChange: ({ approval, to }) => {
    if (to === 'consumed' && approval.id === task.dieAfter) process.kill(process.pid, 'SIGKILL')
  }
})
writeSync(1, 'ready\n')
for (const [index, id] of task.ids.entries()) {
  if (task.paced || index === 0) reach(Number((await lines.next()).value))
  writeSync(1, `tries ${id}\n`)
  const { consumed } = await approvals.consume('local', id, task.digest)
  writeSync(1, `${consumed ? 'won' : 'lost'} ${id}\n`)
}
process.exit(0)

function reach(time: number): void {
  // Busy on purpose: a timer would be late by more than a try takes.
  while (performance.timeOrigin + performance.now() < time);
}
