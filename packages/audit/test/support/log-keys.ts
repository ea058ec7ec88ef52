import { createPrivateKey } from 'node:crypto'
import { createSigner, type NoteSigner } from '../../src/index.ts'

/** A signer whose key is the same in every run. For tests only. */
export function signerOf(name: string): NoteSigner {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const seed = Buffer.alloc(32, name)
  const key = Buffer.concat([prefix, seed])
  return createSigner(name, createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
}
