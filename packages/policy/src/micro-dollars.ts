const perDollar = 6

/**
 * An amount in integer micro-dollars, exact on the shortest decimal form of the number: 0.1 is
 * 100000 either way, 0.1000001 rounds up to 100001 and down to 100000.
 *
 * Costs round up and limits down. An amount outside the safe integers has no such form.
 */
export function microDollars(value: number, rounding: 'up' | 'down'): number | undefined {
  if (!Number.isFinite(value)) return undefined
  const [mantissa = '', exponent = '0'] = Math.abs(value).toString().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const point = whole.length + Number(exponent) + perDollar
  if (point > 17) return undefined
  const digits = whole + fraction
  const kept = Number(digits.slice(0, Math.max(point, 0)).padEnd(point, '0'))
  const exact = !/[1-9]/.test(digits.slice(Math.max(point, 0)))
  const away = value < 0 ? rounding === 'down' : rounding === 'up'
  const micros = exact || !away ? kept : kept + 1
  if (!Number.isSafeInteger(micros)) return undefined
  return value < 0 && micros !== 0 ? -micros : micros
}

/**
 * Formats an amount with two decimals as Go's `%.2f` does: half to even on the exact binary value,
 * so 0.125 is `0.12`, and all digits of a huge one.
 */
export function formatDollars(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  const negative = value < 0 || Object.is(value, -0)
  if (!Number.isFinite(value)) return negative ? '-Inf' : '+Inf'
  const cents = exactCents(Math.abs(value)).toString().padStart(3, '0')
  return `${negative ? '-' : ''}${cents.slice(0, -2)}.${cents.slice(-2)}`
}

function exactCents(value: number): bigint {
  if (Number.isInteger(value)) return BigInt(value) * 100n
  // Doubling is exact and makes any float an integer: at most 1074 times.
  let numerator = value
  let halvings = 0n
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    halvings++
  }
  const scaled = BigInt(numerator) * 100n
  const floor = scaled >> halvings
  const rest = scaled - (floor << halvings)
  const half = 1n << (halvings - 1n)
  const up = rest > half || (rest === half && floor % 2n === 1n)
  return up ? floor + 1n : floor
}
