import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'

/** Files named `*.test.yaml` hold the cases of a policy and are no policies. */
const cases = /\.test\.ya?ml$/
const others = {
  policies: 'only files named *.test.yaml match, and they hold cases, no policies',
  cases: 'no file named *.test.yaml matches, and others hold no cases'
}
const ignored = new Set(['node_modules', '.git'])

export type ExpandedFiles =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly message: string }

/**
 * Turns file names and globs into the names of policies, or of their cases, in order and without repetition. A glob that matches
 * nothing is an error: a check of no files must not look like a success.
 *
 * What exists under the very name is that file, whatever characters the name has.
 */
export async function expandFiles(
  patterns: readonly string[],
  wanted: 'policies' | 'cases'
): Promise<ExpandedFiles> {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const isGlob = picomatch.scan(pattern).isGlob && !(await exists(pattern))
    const found = isGlob ? await findFiles(pattern) : [pattern]
    if (found.length === 0) return { ok: false, message: `no file matches ${pattern}` }
    for (const file of found) if (cases.test(file) === (wanted === 'cases')) files.add(file)
  }
  if (files.size > 0) return { ok: true, files: [...files] }
  return { ok: false, message: others[wanted] }
}

async function findFiles(pattern: string): Promise<string[]> {
  const { base } = picomatch.scan(pattern)
  const isMatch = picomatch(pattern.replace(/^(?:\.\/)+/, ''))
  const found: string[] = []
  for await (const file of walk(base || '.')) {
    if (isMatch(base.startsWith('/') ? file : relative('.', file))) found.push(file)
  }
  return found.sort()
}

/** All files below a directory. Links to directories are not followed, since they may lead in circles. */
async function* walk(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      if (!ignored.has(entry.name)) yield* walk(path)
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) yield path
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false
  )
}
