import type { AuditStore } from '../audit-store.ts'
import type { LogLine } from '../chain/log-line.ts'
import { compileFilter } from './audit-filter.ts'
import { parseLine } from './parse-line.ts'

/** The line of a number; `undefined` when there is none that can be read. */
export async function findLine(
  store: Pick<AuditStore, 'scan'>,
  seq: number
): Promise<LogLine | undefined> {
  const scan = store.scan({ filter: compileFilter({}), order: 'asc', after: seq - 1 })
  for await (const { lines } of scan) {
    const found = lines.find(({ position }) => position === seq)
    const line = found && parseLine(found.text)
    if (line || lines.length > 0) return line
  }
  return undefined
}
