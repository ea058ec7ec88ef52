import type { ChainHead } from '../chain/chain.ts'
import type { NoteSigner } from './signed-note.ts'

/** A state of the log: how many lines it has and the root of the tree over them. */
export interface Checkpoint {
  /** The name of the log. */
  readonly origin: string
  /** How many lines it covers. */
  readonly size: number
  /** The root of the tree over them, in hexadecimal digits. */
  readonly root: string
}

/** A checkpoint with its signature. */
export interface SignedCheckpoint extends Checkpoint {
  /** The signed note (C2SP tlog-checkpoint). This is what a verifier keeps. */
  readonly note: string
  /** The hash of the last line that it covers. It is not in the note. */
  readonly hash: string
}

/** Signs a state of the log. */
export function signCheckpoint({ tree, hash }: ChainHead, signer: NoteSigner): SignedCheckpoint {
  const root = tree.root()
  const encoded = Buffer.from(root, 'hex').toString('base64')
  const note = signer.sign(`${signer.name}\n${tree.size}\n${encoded}\n`)
  return { origin: signer.name, size: tree.size, root, note, hash }
}

/** Reads the text of a checkpoint, signed or not. `undefined` when it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, encoded, after] = text.split('\n')
  if (!origin || size === undefined || encoded === undefined || after === undefined)
    return undefined
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined
  const root = Buffer.from(encoded, 'base64')
  if (root.length !== 32 || root.toString('base64') !== encoded) return undefined
  return { origin, size: Number(size), root: root.toString('hex') }
}
