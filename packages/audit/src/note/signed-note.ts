import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { formatVerifierKey, type VerifierKey } from './verifier-key.ts'

/** Signs texts in one name. */
export interface NoteSigner {
  /** Whose signature it is. For checkpoints also the origin: the name of the log. */
  readonly name: string
  /** What others check the signature with, such as `log.example+0f2a9c3d+AQ...`. */
  readonly verifierKey: string
  /** The text with its signature: a C2SP signed note. */
  sign(text: string): string
}

const ed25519 = 1

/** A signer with an Ed25519 private key. Names have no white space and no `+`. */
export function createSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('expected an Ed25519 key')
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const publicKey = Buffer.concat([Buffer.of(ed25519), Buffer.from(x as string, 'base64url')])
  const key = formatVerifierKey(name, publicKey)
  return {
    name,
    verifierKey: key.text,
    sign(text) {
      if (!text.endsWith('\n')) throw new TypeError('expected a text that ends with a line end')
      const signature = Buffer.concat([key.id, sign(null, Buffer.from(text), privateKey)])
      return `${text}\n\u2014 ${name} ${signature.toString('base64')}\n`
    }
  }
}

/**
 * The text of a signed note, if one of the keys has signed it. `undefined` when none has, or when a
 * signature in the name of one of the keys is wrong.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): string | undefined {
  const border = note.lastIndexOf('\n\n')
  if (border < 0 || !note.endsWith('\n')) return undefined
  const text = note.slice(0, border + 1)
  let isSigned = false
  for (const line of note.slice(border + 2, -1).split('\n')) {
    const [, name, encoded] = /^\u2014 (\S+) (\S+)$/u.exec(line) ?? []
    if (name === undefined || encoded === undefined) return undefined
    const bytes = Buffer.from(encoded, 'base64')
    // The decoder skips what is not base64; a signature has one spelling.
    if (bytes.toString('base64') !== encoded || bytes.length < 5) return undefined
    const key = keys.find((one) => one.name === name && bytes.subarray(0, 4).equals(one.id))
    if (!key) continue
    if (!verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4))) return undefined
    isSigned = true
  }
  return isSigned ? text : undefined
}
