/**
 * How far a subscriber has come: it has the events of all lines of the log up to `seq`; with `part`, of
 * the line `seq` only the first.
 */
export interface EventPlace {
  readonly seq: number
  readonly part: boolean
}

/** The id of an event: the number of its line. One line can make two events; the first has `.0` behind it. */
export function formatEventId(seq: number, isFirstOfTwo = false): string {
  return isFirstOfTwo ? `${seq}.0` : String(seq)
}

/** Reads the id of an event; undefined for what is none of ours. */
export function parseEventId(text: string): EventPlace | undefined {
  const [, digits, part] = /^(\d{1,15})(\.0)?$/.exec(text) ?? []
  if (digits === undefined) return undefined
  return { seq: Number(digits), part: part !== undefined }
}
