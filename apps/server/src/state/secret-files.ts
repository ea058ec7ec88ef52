import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes
} from 'node:crypto'
import { appendFile, open, readFile } from 'node:fs/promises'
import { createSigner, type NoteSigner } from '@agentguard/audit'
import { messageOf, StateError } from './state-error.ts'

/**
 * The key that signs the checkpoints of the audit log. It is made at the first start. What others check
 * signatures with is written beside it, in a file that ends with `.pub`, a line for each key that has signed:
 * a log that two keys have signed is verified with both.
 */
export async function openSigner(path: string): Promise<NoteSigner> {
  const pem = await readOrCreate(path, () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  try {
    const key = createPrivateKey(pem)
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
    const digest = createHash('sha256').update(publicKey).digest('hex').slice(0, 12)
    // The name belongs to the key and not to the machine: a restored backup signs on.
    const signer = createSigner(`agentguard/${digest}`, key)
    await addLine(`${path}.pub`, signer.verifierKey)
    return signer
  } catch (error) {
    throw new StateError(`${path} is no Ed25519 private key: ${messageOf(error)}`)
  }
}

/** A secret of 64 characters, such as the key of the digests that stand for secrets. It is made at the first start. */
export async function openKey(path: string): Promise<string> {
  const text = await readOrCreate(path, () => `${randomBytes(32).toString('hex')}\n`)
  const key = text.trim()
  if (Buffer.byteLength(key) >= 32) return key
  throw new StateError(`${path} is no key: it has fewer than 32 characters`)
}

/** The text of a file, which is created for its owner only if it is not there. */
async function readOrCreate(path: string, create: () => string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannot(path, error)
  }
  const text = create()
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    return text
  } catch (error) {
    throw cannot(path, error)
  }
}

/** Makes sure that a file has a line, behind those that it has. */
async function addLine(path: string, line: string): Promise<void> {
  const text = await readOrCreate(path, () => `${line}\n`)
  if (text.split('\n').some((one) => one.trim() === line)) return
  try {
    await appendFile(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, {
      flush: true
    })
  } catch (error) {
    throw cannot(path, error)
  }
}

function cannot(path: string, error: unknown): StateError {
  return new StateError(`${path} cannot be used: ${messageOf(error)}`)
}
