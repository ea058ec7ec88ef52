import { compilePolicy } from '../src/compile-policy.ts'
import type { EffectContext } from '../src/effects/context.ts'
import type { Policy } from '../src/policy.ts'
import { corpusPolicy } from './shell-corpus.ts'
import { readVectors } from './vector-line.ts'

/** A command that somebody found who tried to break the engine. */
export interface RedTeamLine {
  readonly id: string
  /**
   * `strict`: the corpus's. `wide`: everything but `evil`. `files`: the same, with rules for files, and links
   * are followed. `places`: the same, with rules for hosts as well, and links are not followed.
   */
  readonly policy: 'strict' | 'wide' | 'files' | 'places'
  /** What the engine has to know to answer rightly. */
  readonly cause: string
  readonly command: string
  readonly expect: 'ALLOW' | 'not ALLOW'
}

export function redTeamLines(): readonly RedTeamLine[] {
  return readVectors<RedTeamLine>('red-team.jsonl')
}

/** A policy, and where the command runs. */
export interface RedTeamPolicy {
  readonly policy: Policy
  readonly context: EffectContext
}

const shell =
  "{scope: shell, deny: [{pattern: evil}, {pattern: 'evil *'}], allow: [{pattern: '*'}]}"

const files =
  "{scope: filesystem, deny: [{paths: ['/repo/secret/**', '/out/**']}], " +
  "allow: [{action: read, paths: ['/repo/**']}, {action: write, paths: ['/repo/**']}, {action: delete, paths: ['/repo/**']}]}"

const places =
  "{scope: filesystem, deny: [{paths: ['/repo/secret/**', '/out/**', '**/.env', '**/*.key']}], " +
  "allow: [{action: read, paths: ['/repo/**']}, {action: write, paths: ['/repo/**']}, {action: delete, paths: ['/repo/**']}]}, " +
  '{scope: network, deny: [{domain: evil.example}], allow: [{domain: good.example}]}'

const links: ReadonlyMap<string, string> = new Map([['/repo/link', '/elsewhere/real']])

/** Follows the one link that there is. */
function resolve(path: string): string {
  for (const [link, real] of links) {
    if (`${path}/`.startsWith(`${link}/`)) return real + path.slice(link.length)
  }
  return path
}

const policies: Readonly<Record<RedTeamLine['policy'], RedTeamPolicy>> = {
  strict: { policy: corpusPolicy, context: {} },
  wide: { policy: compiled(shell), context: {} },
  places: {
    policy: compiled(`${shell}, ${places}`),
    context: { cwd: '/repo', home: '/home/dev', shell: 'bash' }
  },
  files: {
    policy: compiled(`${shell}, ${files}`),
    context: { cwd: '/repo', home: '/home/dev', shell: 'bash', resolve }
  }
}

export function policyOf(name: RedTeamLine['policy']): RedTeamPolicy {
  return policies[name]
}

function compiled(rules: string): Policy {
  const result = compilePolicy(`version: "1"\nname: red-team\nrules: [${rules}]\n`)
  if (!result.ok) throw new Error(result.issues[0]?.message)
  return result.policy
}
