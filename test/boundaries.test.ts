import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** Who may import whom, as ARCHITECTURE.md has it. `*` is every package. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  '@agentguard/protocol': [],
  '@agentguard/policy': ['@agentguard/protocol'],
  '@agentguard/redaction': ['@agentguard/protocol'],
  '@agentguard/rate-limiter': ['@agentguard/protocol'],
  '@agentguard/approvals': ['@agentguard/protocol'],
  '@agentguard/audit': ['@agentguard/protocol'],
  '@agentguard/notifier': ['@agentguard/protocol'],
  '@agentguard/guard': [
    '@agentguard/protocol',
    '@agentguard/policy',
    '@agentguard/rate-limiter',
    '@agentguard/approvals',
    '@agentguard/audit',
    '@agentguard/notifier'
  ],
  agentguard: ['*']
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const root = new URL('../', import.meta.url)
const manifests = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root)).map(
    (name): Manifest =>
      JSON.parse(readFileSync(new URL(`${folder}/${name}/package.json`, root), 'utf8'))
  )
)

/** The packages of this repository that a package has at run time. */
function ownDependencies(manifest: Manifest): string[] {
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies
  })
  return names.filter((name) => manifests.some((other) => other.name === name))
}

describe('package boundaries', () => {
  // An import that package.json does not name does not resolve, so reading the manifests is enough.
  test.each(manifests)('$name depends only on what the architecture lets it', (manifest) => {
    const rule = allowed[manifest.name]
    expect(rule, `${manifest.name} has no row in the table above`).toBeDefined()
    const forbidden = ownDependencies(manifest).filter(
      (name) => !rule?.includes('*') && !rule?.includes(name)
    )
    expect(forbidden).toEqual([])
  })
})
