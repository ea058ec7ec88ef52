import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { sha256 } from './sha256.ts'

/** How many salts one hash is cut into, and how long each is, in hexadecimal digits. */
const saltsPerHash = 4
const saltLength = 32

/**
 * The salts of the fields of a line, from the salt of the line: for the first field, the second, and
 * so on. None of them gives away another, or that of the line.
 */
export function fieldSalts(lineSalt: string, count: number): string[] {
  const salts: string[] = []
  for (let block = 0; salts.length < count; block++) {
    const digits = hash('sha512', `${lineSalt}${block}`, 'hex')
    for (let i = 0; i < saltsPerHash && salts.length < count; i++) {
      salts.push(digits.slice(i * saltLength, (i + 1) * saltLength))
    }
  }
  return salts
}

/**
 * What stands for a field's value in the hash of its line. Without the salt it says nothing about the
 * value.
 */
export function commitTo(salt: string, value: unknown): string {
  return sha256(salt + canonicalJson(value))
}
