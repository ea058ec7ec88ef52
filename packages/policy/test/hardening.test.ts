import type { ActionRequest, Decision } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import { readVectors } from './vector-line.ts'

interface HardeningLine {
  readonly id: string
  readonly category: string
  readonly policy_yaml: string
  readonly request: ActionRequest
  readonly expect: string
  readonly why: string
}

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** What rules decide by themselves; the other attacks need to know what an action really does. */
const decidedByRules = new Set([
  'glob-literal-star',
  'fs-missing-path',
  'fs-traversal',
  'mcp-tool-name',
  'rule-class',
  'rule-glob',
  'rule-limits',
  'rule-logic',
  'rule-typo'
])

const lines = readVectors<HardeningLine>('hardening.jsonl')
const attacks = lines.filter((line) => decidedByRules.has(line.category))
const benign = lines.filter((line) => line.category.startsWith('benign-'))

describe('attacks that the reference lets through', () => {
  test.each(attacks)('$id $category: $why', ({ policy_yaml, request, expect: wanted }) => {
    const compiled = compilePolicy(policy_yaml)
    const decision = compiled.ok ? compiled.policy.check(request).decision : 'DENY'
    const atMost = wanted.replace('at_most: ', '') as Decision
    expect(strictness[decision]).toBeGreaterThanOrEqual(strictness[atMost])
  })
})

describe('look-alikes that must run', () => {
  test.each(benign)('$id $category: $why', ({ policy_yaml, request }) => {
    const compiled = compilePolicy(policy_yaml)
    expect(compiled.ok && compiled.policy.check(request)).toMatchObject({ decision: 'ALLOW' })
  })
})
