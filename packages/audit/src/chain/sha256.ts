import { hash } from 'node:crypto'

/** The SHA-256 hash of bytes, or of a text as UTF-8, in 64 lower-case hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}
