import { expect, test } from 'vitest'
import { encodeJson } from '../../src/http/encode-json.ts'
import { createVerdictEncoder } from '../../src/http/encode-verdict.ts'

test('what means something in HTML or JavaScript is escaped, and nothing else', () => {
  expect(encodeJson({ a: '<b> & \u2028\u2029 "é" \u0007' })).toBe(
    '{"a":"\\u003cb\\u003e \\u0026 \\u2028\\u2029 \\"é\\" \\u0007"}\n'
  )
})

test('the members of a verdict are in the order of the wire, and empty ones are left out', () => {
  const encode = createVerdictEncoder()
  expect(
    encode({
      policy_digest: 'sha256:0',
      rule_source: { file: 'a.yaml', line: 1 },
      approval_url: 'u',
      approval_id: 'i',
      matched_rule: 'r',
      reason: '',
      decision: 'DENY'
    })
  ).toBe(
    '{"schema_version":"v1","decision":"DENY","reason":"","matched_rule":"r","approval_id":"i","approval_url":"u","rule_source":{"file":"a.yaml","line":1},"policy_digest":"sha256:0"}\n'
  )
  expect(encode({ decision: 'ALLOW', reason: 'x', matched_rule: '' })).toBe(
    '{"schema_version":"v1","decision":"ALLOW","reason":"x"}\n'
  )
})

test('a verdict that can change is encoded anew', () => {
  const encode = createVerdictEncoder()
  const verdict = { decision: 'DENY' as const, reason: 'first' }
  encode(verdict)
  verdict.reason = 'second'
  expect(encode(verdict)).toContain('second')
})
