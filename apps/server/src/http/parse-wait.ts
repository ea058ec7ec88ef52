const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** A time to wait, such as `30s`, `500ms` or `30` (seconds), in milliseconds. Undefined for what is none. */
export function parseWaitMs(text: string | null, defaultMs: number): number | undefined {
  if (text === null || text === '') return defaultMs
  const [, number, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit] as number)
}
