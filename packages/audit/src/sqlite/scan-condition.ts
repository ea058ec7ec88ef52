import type { LineFilter } from '../query/audit-filter.ts'
import { keyNames } from '../query/line-keys.ts'

/** The part of a filter that the database can decide, as SQL with its values. */
export function scanCondition(filter: LineFilter): { where: string; values: string[] } {
  const conditions: string[] = []
  const values: string[] = []
  const add = (condition: string, value: string): void => {
    conditions.push(condition)
    values.push(value)
  }
  for (const [index, key] of filter.keys.entries()) {
    if (key !== undefined) add(`${keyNames[index]} = ?`, key)
  }
  if (filter.since !== undefined) add('at >= ?', filter.since)
  if (filter.until !== undefined) add('at < ?', filter.until)
  return { where: conditions.map((condition) => `and ${condition}`).join(' '), values }
}
