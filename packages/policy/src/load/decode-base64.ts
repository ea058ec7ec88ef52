import { decodeBytes } from './decode-bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const wellFormed = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The text inside a `!!binary` scalar; `undefined` when it is not base64 of UTF-8. */
export function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/[\r\n]/g, '')
  if (!wellFormed.test(digits)) return undefined
  const bytes: number[] = []
  let bits = 0
  let count = 0
  for (const digit of digits.replaceAll('=', '')) {
    bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes.push((bits >> count) & 0xff)
  }
  return decodeBytes(Uint8Array.from(bytes))
}
