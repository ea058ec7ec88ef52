/** The number of nanoseconds in each unit. Both `µ` (U+00B5) and `μ` (U+03BC) are read. */
const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n]
])

/** One more than the longest duration: they are signed 64-bit nanoseconds. */
const limit = 1n << 63n

export type ParsedDuration =
  | { readonly ok: true; readonly nanos: bigint }
  | { readonly ok: false; readonly error: string }

/**
 * Reads a duration such as `1h30m`, `1.5s` or `-100ms`: Go's grammar, and Go's messages.
 *
 * Digits below a nanosecond are cut off. There are no days, exponents or spaces.
 */
export function parseDuration(text: string): ParsedDuration {
  const negative = text.startsWith('-')
  const rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return { ok: true, nanos: 0n }
  const sum = sumTerms(rest)
  if (typeof sum === 'object') return { ok: false, error: explain(sum, text) }
  if (negative) return { ok: true, nanos: -sum }
  return sum < limit ? { ok: true, nanos: sum } : { ok: false, error: explain({}, text) }
}

/**
 * Formats nanoseconds as Go does: the largest unit below a second, hours, minutes and seconds
 * above it, so that one minute is `1m0s`.
 */
export function formatDuration(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  if (size === 0n) return '0s'
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return `${sign}${seconds}`
  const hours = minutes / 60n
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}`
}

/** What is wrong with a text: a unit that is missing (`''`) or unknown, or else its very form. */
interface Fault {
  readonly unit?: string
}

// A number and the unit behind it: all that is neither a digit nor a full stop.
const term = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y

function sumTerms(text: string): bigint | Fault {
  let sum = 0n
  let at = 0
  do {
    term.lastIndex = at
    const [whole, digits = '', fraction = '', unit = ''] = term.exec(text) ?? ['']
    const nanos = termNanos(digits, fraction, unit)
    if (typeof nanos === 'object') return nanos
    sum += nanos
    if (sum > limit) return {}
    at += whole.length
  } while (at < text.length)
  return sum
}

function termNanos(digits: string, fraction: string, unit: string): bigint | Fault {
  if (digits === '' && fraction === '') return {}
  const whole = leadingNumber(digits, limit)
  if (whole === undefined) return {}
  const nanosPerUnit = units.get(unit)
  if (nanosPerUnit === undefined) return { unit }
  const nanos = whole * nanosPerUnit + fractionNanos(fraction, nanosPerUnit)
  return nanos > limit ? {} : nanos
}

// More digits than this are over any limit, once the zeros in front are gone.
const maxDigits = 19

function leadingNumber(digits: string, max: bigint): bigint | undefined {
  const significant = digits.replace(/^0+/, '')
  if (significant.length > maxDigits) return undefined
  const number = BigInt(significant)
  return number > max ? undefined : number
}

/** Computed in floating point, because the reference does: `3.999999999999us` is 3999ns. */
function fractionNanos(digits: string, nanosPerUnit: bigint): bigint {
  let number = 0n
  let scale = 1
  for (const digit of digits) {
    const next = number * 10n + BigInt(digit)
    if (next > limit) break
    number = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(number) * (Number(nanosPerUnit) / scale)))
}

function explain(fault: Fault, text: string): string {
  if (fault.unit === undefined) return `time: invalid duration ${quote(text)}`
  if (fault.unit === '') return `time: missing unit in duration ${quote(text)}`
  return `time: unknown unit ${quote(fault.unit)} in duration ${quote(text)}`
}

/** Not `%q`: here every byte outside printable ASCII is escaped. */
function quote(text: string): string {
  return `"${text.toWellFormed().replace(/["\\]|[^ -\u007f]/gu, escapeBytes)}"`
}

function escapeBytes(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  return encodeURIComponent(character).replaceAll('%', '\\x').toLowerCase()
}

/** A number of `10^-places` units as a decimal without trailing zeros. */
function decimal(number: bigint, places: number): string {
  const digits = number.toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/(?<!0)0+$/, '')
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`
}
