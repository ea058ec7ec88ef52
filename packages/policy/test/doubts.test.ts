import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'

const compiled = compilePolicy(`
version: "1"
name: doubts
rules:
  - scope: mcp_tool
    allow: [{ pattern: "*" }]
  - scope: filesystem
    deny: [{ paths: ["/etc/**"] }]
    require_approval: [{ paths: ["/ask/**"] }]
    allow: [{ action: read, paths: ["/repo/**"] }]
  - scope: shell
    allow:
      - pattern: "*"
`)
if (!compiled.ok) throw new Error('the policy of this test does not load')
const { policy } = compiled
const call = { scope: 'mcp_tool', command: 'fs:read' }

describe('an action of which a part cannot be known', () => {
  test.each(['why', ''])(
    'is at best REQUIRE_APPROVAL, also when the reason is `%s`',
    (unknown_effect) => {
      expect(policy.check(call).decision).toBe('ALLOW')
      for (const action of [
        { ...call, unknown_effect },
        { ...call, actions: [{ scope: 'shell', command: 'ls', unknown_effect }] },
        {
          ...call,
          actions: [
            {
              scope: 'filesystem',
              action: 'read',
              path: '/repo/a',
              derived: 'certain',
              unknown_effect
            }
          ]
        } as const
      ]) {
        const verdict = policy.check(action)
        expect(verdict.decision).toBe('REQUIRE_APPROVAL')
        expect(verdict.matched_rule).toMatch(/^require_approval:\w+:unknown_effect$/)
      }
    }
  )

  test('is denied where a rule denies it, or none allows it', () => {
    const path = { scope: 'filesystem', action: 'read', unknown_effect: 'why' }
    expect(policy.check({ ...path, path: '/etc/shadow' }).decision).toBe('DENY')
    expect(policy.check({ ...path, path: '/home/a' }).decision).toBe('DENY')
  })
})

describe('a further action that is only derived', () => {
  const decide = (path: string, derived: 'certain' | 'possible', scope = 'filesystem') =>
    policy.check({ ...call, actions: [{ scope, action: 'read', path, derived }] }).decision

  test('adds nothing where the policy has no rules for its scope', () => {
    expect(decide('/etc/shadow', 'certain', 'browser')).toBe('ALLOW')
    expect(decide('/etc/shadow', 'possible', 'browser')).toBe('ALLOW')
    const asked = { ...call, actions: [{ scope: 'browser', path: '/etc/shadow' }] }
    expect(policy.check(asked).decision).toBe('DENY')
  })

  test('has to be allowed like any other where it is certain', () => {
    expect(decide('/repo/a', 'certain')).toBe('ALLOW')
    expect(decide('/home/a', 'certain')).toBe('DENY')
  })

  test('can only be restricted where it is possible', () => {
    expect(decide('/home/a', 'possible')).toBe('ALLOW')
    expect(decide('/ask/a', 'possible')).toBe('REQUIRE_APPROVAL')
    expect(decide('/etc/shadow', 'possible')).toBe('DENY')
    expect(decide('../a', 'possible')).toBe('DENY')
  })

  test('is never the action itself, whatever that says of itself', () => {
    for (const derived of ['certain', 'possible'] as const) {
      const action = { scope: 'filesystem', action: 'read', path: '/home/a', derived }
      expect(policy.check(action).decision).toBe('DENY')
      expect(policy.check({ ...action, scope: 'browser' }).decision).toBe('DENY')
      expect(policy.explain(action).verdict.decision).toBe('DENY')
    }
  })
})
