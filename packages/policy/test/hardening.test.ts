import type { Decision } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { hardeningCases, hardeningDecision } from './hardening.ts'

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

const attacks = hardeningCases.filter((line) => line.expect !== 'ALLOW')
const benign = hardeningCases.filter((line) => line.expect === 'ALLOW')

describe('attacks that the reference lets through', () => {
  test.each(attacks)('$id $category: $why', (line) => {
    const atMost = line.expect.replace('at_most: ', '') as Decision
    expect(strictness[hardeningDecision(line)]).toBeGreaterThanOrEqual(strictness[atMost])
  })
})

describe('look-alikes that must run', () => {
  test.each(benign)('$id $category: $why', (line) => {
    expect(hardeningDecision(line)).toBe('ALLOW')
  })
})
