const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** How long a text says, such as `90d`, `36h` or `1w2d`, in milliseconds; undefined if it does not. */
export function parseSpan(text: string): number | undefined {
  if (!/^(?:\d{1,9}[smhdwy])+$/.test(text)) return undefined
  let ms = 0
  for (const [, count, unit = ''] of text.matchAll(/(?<!\d)(\d+)([smhdwy])/g)) {
    ms += Number(count) * (unitsMs[unit] ?? Number.NaN)
  }
  return Number.isSafeInteger(ms) ? ms : undefined
}

/**
 * When something that ends at `text` ends, in milliseconds since 1970: RFC 3339, or how long from now on.
 * Undefined for what is neither, and for what a `Date` cannot hold.
 */
export function parseExpiry(text: string, now: number): number | undefined {
  const span = parseSpan(text)
  const at = span === undefined ? (rfc3339.test(text) ? Date.parse(text) : Number.NaN) : now + span
  return Number.isNaN(new Date(at).getTime()) ? undefined : at
}
