import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** A public key with the name that it speaks for. */
export interface VerifierKey {
  readonly name: string
  /** The first four bytes of the hash of name and key. */
  readonly id: Buffer
  readonly publicKey: KeyObject
}

/** Writes a verifier key in the form of C2SP: name, key id and key, with `+` between them. */
export function formatVerifierKey(name: string, key: Buffer): { text: string; id: Buffer } {
  if (!/^[^\s+]+$/u.test(name)) throw new TypeError('a name has no white space and no `+`')
  const id = keyId(name, key)
  return { text: `${name}+${id.toString('hex')}+${key.toString('base64')}`, id }
}

/** Reads a verifier key. Throws a TypeError when it is none, or not for Ed25519. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined) {
    throw new TypeError('expected a verifier key: `<name>+<key id>+<key>`')
  }
  const key = Buffer.from(encoded, 'base64')
  if (key.length !== 33 || key[0] !== 1) throw new TypeError('expected an Ed25519 key')
  const computed = keyId(name, key)
  if (computed.toString('hex') !== id) throw new TypeError('the key id is not that of the key')
  const x = key.subarray(1).toString('base64url')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x }
  return { name, id: computed, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) }
}

function keyId(name: string, key: Buffer): Buffer {
  return createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4)
}
