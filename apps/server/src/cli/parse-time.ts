const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** What `parseTime` takes, for messages. */
export const timeForms = '2026-11-22, 2026-11-22T07:02:56Z, or how long ago, such as 90s or 7d'

/**
 * A time as people write it, as RFC 3339: `2026-11-22`, `2026-11-22T07:02:56Z`, or how long ago: `90s`,
 * `1h30m`, `2d`. Days begin in UTC. Undefined for what is none of these.
 */
export function parseTime(text: string, now: number): string | undefined {
  if (rfc3339.test(text)) return Number.isNaN(Date.parse(text)) ? undefined : text
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const day = `${text}T00:00:00Z`
    return Number.isNaN(Date.parse(day)) ? undefined : day
  }
  if (!/^(?:\d+(?:\.\d+)?[smhdw])+$/.test(text)) return undefined
  let ms = 0
  for (const [, count, unit = ''] of text.matchAll(/(?<![\d.])(\d+(?:\.\d+)?)([smhdw])/g)) {
    ms += Number(count) * (unitsMs[unit] ?? Number.NaN)
  }
  const at = new Date(now - ms)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
