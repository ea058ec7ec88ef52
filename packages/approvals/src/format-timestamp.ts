/** The time of something that has not happened. */
export const never = '0001-01-01T00:00:00Z'

/** Writes a time as the wire has it: RFC 3339, UTC, without zeros at the end of the fraction. */
export function formatTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.000Z$|0{1,2}Z$/, 'Z')
}
