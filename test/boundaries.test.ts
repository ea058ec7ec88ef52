import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** Who may import whom, as ARCHITECTURE.md has it. `*` is every package. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  '@agentguard/protocol': [],
  '@agentguard/policy': ['@agentguard/protocol'],
  '@agentguard/tool-actions': ['@agentguard/protocol'],
  '@agentguard/redaction': ['@agentguard/protocol'],
  '@agentguard/rate-limiter': ['@agentguard/protocol'],
  '@agentguard/approvals': ['@agentguard/protocol'],
  '@agentguard/audit': ['@agentguard/protocol'],
  '@agentguard/notifier': ['@agentguard/protocol'],
  '@agentguard/access': ['@agentguard/protocol'],
  '@agentguard/guard': [
    '@agentguard/protocol',
    '@agentguard/policy',
    '@agentguard/rate-limiter',
    '@agentguard/approvals',
    '@agentguard/audit',
    '@agentguard/notifier'
  ],
  '@agentguard/sdk': ['@agentguard/protocol', '@agentguard/tool-actions'],
  agentguard: ['*']
}

/** What has no dependencies at run time: what it imports of ours is in what it publishes. */
const bundling: readonly string[] = ['@agentguard/sdk']

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

interface Package {
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
}

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((child): Package => {
    const folder = join(root, parent, child)
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return { name: manifest.name, folder, manifest }
  })
)

/** The packages of this repository that a package has at run time. */
function ownDependencies({ manifest }: Package): string[] {
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies
  })
  return names.filter((name) => packages.some((other) => other.name === name))
}

/** The packages of this repository that the sources of a package may import. */
function importable(one: Package): readonly string[] {
  if (!bundling.includes(one.name)) return ownDependencies(one)
  return (allowed[one.name] ?? []).filter((name) => one.manifest.devDependencies?.[name])
}

/** What the sources of a package import, with the file that does. */
function imports({ folder }: Package): { readonly file: string; readonly from: string }[] {
  const files = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const path = join(folder, 'src', file)
      const text = readFileSync(path, 'utf8')
      const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)
      return [...found].map(([, from = '']) => ({ file: path, from }))
    })
}

describe('package boundaries', () => {
  test.each(packages)('$name depends only on what the architecture lets it', (one) => {
    const rule = allowed[one.name]
    expect(rule, `${one.name} has no row in the table above`).toBeDefined()
    const forbidden = ownDependencies(one).filter(
      (name) => !rule?.includes('*') && !rule?.includes(name)
    )
    expect(forbidden).toEqual([])
  })

  test.each(bundling)('%s depends on nothing of ours at run time', (name) => {
    const one = packages.find((other) => other.name === name)
    expect(one && ownDependencies(one)).toEqual([])
    expect(one?.manifest.dependencies).toBeUndefined()
  })

  test.each(packages)('$name imports its own files and what it depends on', (one) => {
    const outside = imports(one).filter(({ file, from }) => {
      if (from.startsWith('.')) {
        return relative(one.folder, join(dirname(file), from)).startsWith('..')
      }
      const isOurs = packages.some(({ name }) => from === name || from.startsWith(`${name}/`))
      return isOurs && !importable(one).some((name) => `${from}/`.startsWith(`${name}/`))
    })
    expect(outside.map(({ file, from }) => `${relative(root, file)}: ${from}`)).toEqual([])
  })
})
