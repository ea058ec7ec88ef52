import type { Facts, Truth } from '@agentguard/policy'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeSurely } from '../../src/replay/judge-surely.ts'
import { policyOf } from '../support/policy.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/** Policies of which each rule depends on the past. */
const rules = fc.array(
  fc.record({
    kind: fc.constantFrom('allow', 'deny', 'require_approval'),
    priors: fc.subarray([...names], { minLength: 1, maxLength: 3 })
  }),
  { minLength: 1, maxLength: 6 }
)

function write(kind: string, list: { kind: string; priors: string[] }[]): string {
  const lines = list
    .filter((rule) => rule.kind === kind)
    .map(({ priors }) => {
      const conditions = priors.map((prior) => `{ require_prior: ${prior}, time_window: 1h }`)
      return `      - { pattern: "*", conditions: [${conditions.join(', ')}] }\n`
    })
  return lines.length === 0 ? '' : `    ${kind}:\n${lines.join('')}`
}

test('a verdict that is given holds whatever the unknown past was', () => {
  fc.assert(
    fc.property(
      rules,
      fc.dictionary(fc.constantFrom(...names), fc.constantFrom<Truth>('yes', 'no')),
      (list, known) => {
        const kinds = ['deny', 'require_approval', 'allow'].map((kind) => write(kind, list))
        const policy = policyOf(`version: "1"\nname: p\nrules:\n  - scope: x\n${kinds.join('')}`)
        const action = { scope: 'x', command: 'run' }
        const facts: Facts = { prior: (pattern) => known[pattern as 'a'] ?? 'unknown' }
        const verdict = judgeSurely(policy, action, facts)
        if (verdict === undefined) return
        for (let choice = 0; choice < 2 ** names.length; choice++) {
          const truth = (pattern: string): Truth =>
            known[pattern as 'a'] ?? ((choice >> names.indexOf(pattern as 'a')) % 2 ? 'yes' : 'no')
          expect(policy.check(action, { prior: truth }).decision).toBe(verdict.decision)
        }
      }
    ),
    { numRuns: 150 }
  )
})
