import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { type CompiledPolicy, type CompileOptions, compilePolicy } from '../compile-policy.ts'

/** A policy file as it was read at one moment. */
export type PolicyFile = CompiledPolicy & {
  /** `sha256:` and the hex digest of the bytes; undefined if the file could not be read. */
  readonly digest: string | undefined
}

/** How a policy file is compiled. */
export type LoadOptions = Pick<CompileOptions, 'context'>

/**
 * Reads and compiles a policy file. Never rejects: a file that cannot be read has one issue with the
 * code `unreadable`.
 */
export async function loadPolicyFile(path: string, options: LoadOptions = {}): Promise<PolicyFile> {
  const read = await readPolicyFile(path)
  return read.ok ? compileBytes(read, path, options) : unreadable(read.error)
}

/** The bytes of a file with their digest. */
export type PolicyBytes =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly digest: string }
  | { readonly ok: false; readonly error: Error }

/** Reads a file without compiling it. */
export async function readPolicyFile(path: string): Promise<PolicyBytes> {
  try {
    // Reading a pipe or a device may never end.
    if (!(await stat(path)).isFile()) throw new Error(`${path} is not a regular file`)
    const bytes = await readFile(path)
    return { ok: true, bytes, digest: digestOf(bytes) }
  } catch (error) {
    return { ok: false, error: error as Error }
  }
}

/** Compiles bytes that were read from a file. */
export function compileBytes(
  { bytes, digest }: Extract<PolicyBytes, { ok: true }>,
  path: string,
  options: LoadOptions
): PolicyFile {
  return { ...compilePolicy(bytes, { ...options, file: path, digest }), digest }
}

/** What a file that cannot be read amounts to. */
export function unreadable(error: Error): PolicyFile {
  const message = `reading policy file: ${error.message}`
  return {
    ok: false,
    digest: undefined,
    issues: [{ code: 'unreadable', path: '', line: 1, column: 1, message }]
  }
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
