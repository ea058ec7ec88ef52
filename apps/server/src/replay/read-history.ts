import { stat } from 'node:fs/promises'
import { readLogFiles } from '@agentguard/audit/file'
import type { History } from '@agentguard/guard'
import { logLines } from './log-lines.ts'
import { parseLogLine } from './parse-log-line.ts'
import { ReplayedPast } from './replayed-past.ts'

/** What a log says was allowed before now. Rejects if there is no such log. */
export async function readHistory(file: string): Promise<History> {
  await stat(file)
  const past = new ReplayedPast()
  for await (const { text } of logLines(readLogFiles(file))) {
    const line = parseLogLine(text)
    if (line === undefined) past.addHole()
    else if (line.kind === 'event') past.begin(line.event)
    else await past.add(line.entry)
  }
  return {
    record: (tenant, action, at) => past.record(tenant, action, at),
    recordUnknown: () => past.addHole(),
    factsFor: (tenant, agent, now) => past.factsFor(tenant, agent, now)
  }
}
