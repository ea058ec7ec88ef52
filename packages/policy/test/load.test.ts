import { describe, expect, test } from 'vitest'
import { formatDuration } from '../src/duration.ts'
import { type LoadedPolicy, loadPolicy } from '../src/load/load-policy.ts'
import { explainRefusal, loadDifferences } from './load-differences.ts'
import { readVectors } from './vector-line.ts'
import { comparable, wireDocument } from './wire-document.ts'

interface LoadLine {
  readonly id: string
  readonly compat: 'exact' | 'any_of' | 'stage'
  readonly policy_yaml?: string
  readonly policy_hex?: string
  readonly load: {
    readonly ok: boolean
    readonly error?: string
    readonly error_any_of?: readonly string[]
    readonly error_stage?: string
    readonly document?: object
    readonly rule_count?: number
    readonly scope_count?: number
    readonly tunables?: object
    readonly warnings?: readonly string[]
  }
}

const lines = readVectors<LoadLine>('load.jsonl')

function load(line: LoadLine): LoadedPolicy {
  const { policy_yaml, policy_hex } = line
  return loadPolicy(policy_yaml ?? Buffer.from(policy_hex as string, 'hex'))
}

describe('recorded policy files', () => {
  test('what the reference refuses is refused, with its message first', () => {
    const refused = lines.filter((line) => !line.load.ok)
    expect(refused).toHaveLength(305)
    for (const line of refused) {
      const loaded = load(line)
      expect(loaded.ok, line.id).toBe(false)
      if (!loaded.ok) expectSameError(line, loaded.issues[0]?.message ?? '')
    }
  })

  test('what the reference loads is loaded as the same document, or refused for a named reason', () => {
    const totals: Record<string, number> = { equal: 0 }
    for (const line of lines.filter(({ load }) => load.ok)) {
      const loaded = load(line)
      const id = loaded.ok ? 'equal' : explainRefusal(loaded.issues)
      expect(id, line.id).toBeDefined()
      totals[id as string] = (totals[id as string] ?? 0) + 1
      if (loaded.ok) expectSameDocument(line, loaded)
    }
    // Of 411 files that the reference loads, these are refused here; none is loaded that it refuses.
    expect(totals).toEqual({
      equal: 394,
      'unknown-keys': 5,
      'limits-finite': 11,
      'yaml-1-2': 1
    })
  })

  test.each(loadDifferences)('$id: refuses a file that the reference loads', (difference) => {
    const loaded = loadPolicy(difference.example)
    expect(!loaded.ok && explainRefusal(loaded.issues)).toBe(difference.id)
  })
})

function expectSameError({ id, compat, load: recorded }: LoadLine, message: string): void {
  if (compat === 'exact') expect(message, id).toBe(recorded.error)
  else if (compat === 'any_of') expect(recorded.error_any_of, id).toContain(message)
  else expect(stageOf(message), id).toBe(recorded.error_stage)
}

function stageOf(message: string): string | undefined {
  if (message.startsWith('parsing policy YAML: ')) return 'yaml'
  return message.includes('extra_patterns') ? 'redaction' : undefined
}

function expectSameDocument(line: LoadLine, loaded: LoadedPolicy & { ok: true }): void {
  const { document, warnings, ruleCount, scopeCount } = loaded
  const { proxy, notifications } = document
  const starWarnings = warnings.filter(({ code }) => code === 'recursive_star')
  expect(
    {
      document: wireDocument(document),
      rule_count: ruleCount,
      scope_count: scopeCount,
      tunables: {
        session_ttl: format(proxy.sessionTtlMs),
        max_body_bytes: proxy.maxBodyBytes,
        audit_default_limit: proxy.auditDefaultLimit,
        audit_max_limit: proxy.auditMaxLimit,
        dispatch_timeout: format(notifications.dispatchTimeoutMs)
      },
      warnings: starWarnings.map(({ message }) => message).sort()
    },
    line.id
  ).toEqual({
    document: comparable(line.load.document),
    rule_count: line.load.rule_count,
    scope_count: line.load.scope_count,
    tunables: line.load.tunables,
    warnings: [...(line.load.warnings ?? [])].sort()
  })
}

function format(ms: number): string {
  return formatDuration(BigInt(Math.round(ms * 1e6)))
}
