import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import type { Policy } from '../src/policy.ts'

function policyOf(rules: string): Policy {
  const compiled = compilePolicy(`version: "1"\nname: hidden\nrules: ${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

describe('a denial cannot be hidden', () => {
  test.each(['x.'.repeat(300), `${'\u0000'.repeat(600)}`])(
    'by making the host longer than any host is',
    (padding) => {
      const policy = policyOf(
        "[{scope: network, deny: [{domain: '*.evil.com'}, {domain: evil.com}], allow: [{action: GET}]}]"
      )
      for (const domain of [`${padding}EVIL.COM`, `evil.com${padding}`]) {
        expect(policy.check({ scope: 'network', action: 'GET', domain }).decision).toBe('DENY')
      }
    }
  )

  test.each(['%ff', '%c3', '%f0%9f%98', '%e0%80%80', '%c0%af'])(
    'by a byte beside it that is not UTF-8: %s',
    (byte) => {
      const policy = policyOf(
        "[{scope: filesystem, deny: [{paths: ['/home/josé/**']}], allow: [{action: read, paths: ['/home/**']}]}]"
      )
      const path = `/home/jos%c3%a9%2f${byte}%2f..%2fsecret`
      expect(policy.check({ scope: 'filesystem', action: 'read', path }).decision).toBe('DENY')
    }
  )

  test('by a path that no system takes', () => {
    const policy = policyOf(
      '[{scope: filesystem, deny: [{paths: [/secret/**]}], allow: [{action: read}]}]'
    )
    const path = `/%73ecret/${'a'.repeat(33_000)}`
    expect(policy.check({ scope: 'filesystem', action: 'read', path })).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:request:too_large'
    })
  })

  test.each(['127.0.0.1:80', ' 127.0.0.1', 'http://127.0.0.1', 'x@127.0.0.1', 'fe80::1%eth0'])(
    'by writing an address as what is no host: %j',
    (domain) => {
      const policy = policyOf(
        "[{scope: network, deny: [{class: loopback}], allow: [{domain: '*'}]}]"
      )
      expect(policy.check({ scope: 'network', domain }).decision).toBe('DENY')
    }
  )
})

describe('a policy as large as a machine can make it', () => {
  test.each([
    ['a pattern of many parts', `[{scope: x, deny: [{paths: ["${'**/a/'.repeat(150_000)}"]}]}]`],
    ['a rule of many paths', `[{scope: x, deny: [{paths: [${'a,'.repeat(150_000)}]}]}]`]
  ])('%s compiles', (_, rules) => {
    expect(policyOf(rules).check({ scope: 'x' }).decision).toBe('DENY')
  })
})

test('an action with a star is no glob, so it covers no other action', () => {
  const compiled = compilePolicy(
    "version: '1'\nname: a\nrules: [{scope: x, deny: [{action: '*'}, {action: delete}]}]\n"
  )
  expect(compiled.ok && compiled.warnings.map(({ code }) => code)).not.toContain('shadowed')
})
