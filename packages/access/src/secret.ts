import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const prefix = 'agk_'
const idBytes = 10
const secretBytes = 20
const form = /^agk_([a-z2-7]{16})_[a-z2-7]{32}([a-z2-7]{7})$/
const length = 60

/** Random bytes that nobody can foresee. */
export type Random = (size: number) => Uint8Array

/**
 * Makes the secret of a credential: `agk_<id>_<160 random bits><checksum>`, in lower-case base 32.
 *
 * The id finds the credential, so that nobody has to try them all. The prefix and the checksum (CRC-32 of what
 * stands before it) let scanners of sources and logs recognise one for sure without asking the server.
 */
export function newSecret(random: Random = randomBytes): {
  readonly id: string
  readonly secret: string
} {
  return secretOf(base32(random(idBytes)), random)
}

/** A new secret for a credential that exists. */
export function secretOf(
  id: string,
  random: Random = randomBytes
): { readonly id: string; readonly secret: string } {
  const text = `${prefix}${id}_${base32(random(secretBytes))}`
  return { id, secret: text + checksum(text) }
}

/** The id inside a secret; undefined if the text does not have the form of one. Never throws. */
export function idOfSecret(text: string): string | undefined {
  if (text.length !== length || !text.startsWith(prefix)) return undefined
  const [, id, sum] = form.exec(text) ?? []
  return sum === checksum(text.slice(0, -7)) ? id : undefined
}

/**
 * What is stored of a secret, in hexadecimal digits.
 *
 * Plain SHA-256 is right here and a slow hash would be wrong: a slow one makes up for secrets that can be
 * guessed. These have 160 random bits, so that nobody finds one by trying however fast the hash is, and
 * every request has to compute it.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}

/**
 * Creates what tells whether a text is this secret, in a time that tells nothing about it, not even how long it
 * is: digests are compared.
 */
export function secretMatcher(secret: string): (given: string) => boolean {
  const wanted = hash('sha256', secret, 'buffer')
  return (given) => timingSafeEqual(hash('sha256', given, 'buffer'), wanted)
}

/** Whether two hashes of one kind are the same, in constant time. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 without padding. The sizes here are whole digits, so that every text is the only one of its bytes. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return text
}

function checksum(text: string): string {
  const sum = crc32(text)
  let digits = ''
  for (let shift = 30; shift >= 0; shift -= 5) digits += alphabet[(sum >>> shift) & 31]
  return digits
}
