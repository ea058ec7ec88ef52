import { sha256 } from '../chain/sha256.ts'

const node = new Uint8Array(65)
node[0] = 1
const nodeBytes = Buffer.from(node.buffer)

/** The hash of a leaf (RFC 9162, 2.1.1). */
export function leafHash(text: string): string {
  return sha256(`\0${text}`)
}

/** The hash of a node with two children. */
export function nodeHash(left: string, right: string): string {
  nodeBytes.write(left, 1, 'hex')
  nodeBytes.write(right, 33, 'hex')
  return sha256(node)
}

/** The hash of a tree without leaves. */
export const emptyTreeHash: string = sha256('')
