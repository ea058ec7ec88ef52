import { goQuote } from '@agentguard/protocol/printable'
import { trimSpace } from './trim-space.ts'

export type ParsedDollars =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly error: string }

/**
 * Reads an amount of money as a policy file writes it: `$0.50`, `0.25`, `1_000`, `1e3`.
 *
 * Go's float grammar behind one optional `$`, so `NaN`, `inf` and negative amounts are read too: it
 * is the caller who refuses them. An empty text is 0.
 */
export function parseDollars(text: string): ParsedDollars {
  const trimmed = trimSpace(text)
  const amount = trimmed.startsWith('$') ? trimmed.slice(1) : trimmed
  if (amount === '') return { ok: true, value: 0 }
  const value = parseFloatText(amount)
  if (typeof value === 'number') return { ok: true, value }
  const quoted = goQuote(amount)
  return {
    ok: false,
    error: `invalid cost value ${quoted}: strconv.ParseFloat: parsing ${quoted}: ${value}`
  }
}

const infinite = /^([+-]?)inf(?:inity)?$/i
const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const hexadecimal =
  /^([+-]?)0[xX](?:([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?|\.([0-9a-fA-F]+))[pP]([+-]?[0-9]+)$/
// An underscore stands between two digits, or between `0x` and one; left anywhere else, it is a fault.
const decimalSeparator = /(?<=[0-9])_(?=[0-9])/g
const hexadecimalSeparator = /(?<=[0-9a-fx])_(?=[0-9a-f])/gi

function parseFloatText(text: string): number | 'invalid syntax' | 'value out of range' {
  if (text.toLowerCase() === 'nan') return Number.NaN
  const infinity = infinite.exec(text)
  if (infinity) return infinity[1] === '-' ? -Infinity : Infinity
  const value = parseDecimal(text) ?? parseHexadecimal(text)
  if (value === undefined) return 'invalid syntax'
  return Number.isFinite(value) ? value : 'value out of range'
}

function parseDecimal(text: string): number | undefined {
  const plain = text.replace(decimalSeparator, '')
  return decimal.test(plain) ? Number(plain) : undefined
}

function parseHexadecimal(text: string): number | undefined {
  const match = hexadecimal.exec(text.replace(hexadecimalSeparator, ''))
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', onlyFraction = '', power] = match
  const digits = whole + fraction + onlyFraction
  const places = fraction.length + onlyFraction.length
  const size = scaleByPowerOfTwo(BigInt(`0x${digits}`), Number(power) - 4 * places)
  return sign === '-' ? -size : size
}

/** `mantissa * 2^power`, rounded half to even as a float; may be infinite. */
function scaleByPowerOfTwo(mantissa: bigint, power: number): number {
  if (mantissa === 0n) return 0
  const bits = mantissa.toString(2).length
  if (bits + power < -1074) return 0
  if (bits + power > 1024) return Infinity
  // What is below the last bit of the smallest float, and beyond 53 bits of this one, is rounded away.
  const drop = Math.max(bits - 53, -1074 - power)
  const kept = drop > 0 ? roundHalfEven(mantissa, BigInt(drop)) : mantissa
  const rest = drop > 0 ? power + drop : power
  // In two steps, since 2^1024 itself is no float though its product may be.
  const half = Math.trunc(rest / 2)
  return Number(kept) * 2 ** half * 2 ** (rest - half)
}

function roundHalfEven(number: bigint, drop: bigint): bigint {
  const floor = number >> drop
  const rest = number - (floor << drop)
  const half = 1n << (drop - 1n)
  const up = rest > half || (rest === half && floor % 2n === 1n)
  return up ? floor + 1n : floor
}
