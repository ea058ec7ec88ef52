const maxInt64 = (1n << 63n) - 1n
const minInt64 = -(1n << 63n)

const decimal = /^[-+]?[1-9][0-9]*$|^[-+]?0$/
const prefixed = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** Longer than any number that fits, zeros in front included. */
const maxLength = 400

/**
 * Reads a plain YAML scalar as a signed 64-bit whole number; `undefined` when it is none or does
 * not fit. A float loses its fraction.
 */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > maxLength) return undefined
  const plain = text.replaceAll('_', '')
  if (decimal.test(plain)) return within(BigInt(plain.replace('+', '')), plain)
  const match = prefixed.exec(plain)
  if (match) {
    const [, sign, digits = ''] = match
    const size = BigInt(digits.replace(/^0[oO]?(?=[0-7])/, '0o'))
    return within(sign === '-' ? -size : size, plain)
  }
  return float.test(plain) ? truncate(Number(plain)) : undefined
}

function within(number: bigint, plain: string): bigint | undefined {
  if (number > maxInt64) return undefined
  // Below the smallest, the reference reads a decimal as a float and a float as the smallest.
  if (number < minInt64) return decimal.test(plain) ? minInt64 : undefined
  return number
}

function truncate(number: number): bigint | undefined {
  if (!Number.isFinite(number) || number > 2 ** 63) return undefined
  return Math.abs(number) >= 2 ** 63 ? minInt64 : BigInt(Math.trunc(number))
}
