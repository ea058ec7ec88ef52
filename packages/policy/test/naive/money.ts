/** The micro-dollars that a cost rounds up to, of the shortest decimal form of the number. */
export function naiveMicros(cost: number): bigint | undefined {
  if (!Number.isFinite(cost)) return undefined
  const [digits = '', exponent = '0'] = Math.abs(cost).toString().split('e')
  const [whole = '', fraction = ''] = digits.split('.')
  // The number is numerator / 10 ** places.
  const numerator = BigInt(whole + fraction)
  const places = fraction.length - Number(exponent) - 6
  if (places <= 0) return signed(cost, numerator * 10n ** BigInt(-places))
  const divisor = 10n ** BigInt(places)
  const rest = numerator % divisor
  const floor = numerator / divisor
  return signed(cost, rest > 0n && cost > 0 ? floor + 1n : floor)
}

function signed(cost: number, micros: bigint): bigint {
  return cost < 0 ? -micros : micros
}

export function isSafe(micros: bigint): boolean {
  return micros <= BigInt(Number.MAX_SAFE_INTEGER) && micros >= BigInt(Number.MIN_SAFE_INTEGER)
}

/** Two decimals, half to even on the exact binary value. */
export function naiveDollars(value: number): string {
  const cents = roundHalfEven(...exactCents(Math.abs(value)))
  const text = cents.toString().padStart(3, '0')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  return `$${sign}${text.slice(0, -2)}.${text.slice(-2)}`
}

/** A finite number's exact value in cents, as a fraction. */
function exactCents(value: number): [bigint, bigint] {
  let scaled = value
  let halvings = 0
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    halvings++
  }
  return [BigInt(scaled) * 100n, 2n ** BigInt(halvings)]
}

function roundHalfEven(numerator: bigint, divisor: bigint): bigint {
  const floor = numerator / divisor
  const twice = (numerator % divisor) * 2n
  if (twice === divisor) return floor + (floor % 2n)
  return twice > divisor ? floor + 1n : floor
}
