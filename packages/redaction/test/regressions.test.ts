import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'
import { referencePatterns, referenceRedact } from './reference.ts'

const { redactText, redactAction } = createRedactor()
const filler = (length: number) => 'Ab1Cd2Ef3Gh4'.repeat(9).slice(0, length)

// Weakness 59: what version 1.0 did not see.
describe('weakness 59', () => {
  test.each([
    ['sk-…', `sk-${filler(48)}`],
    ['github_pat_', `github_pat_${filler(60)}`],
    ['gho_', `gho_${filler(36)}`],
    ['ghs_', `ghs_${filler(36)}`],
    ['ASIA…', 'ASIAAB12CD34EF56AB12'],
    ['a JWT', `eyJ${filler(20)}.eyJ${filler(20)}.${filler(20)}`],
    ['a PEM key', `-----BEGIN PRIVATE KEY-----\n${filler(64)}\n-----END PRIVATE KEY-----`],
    ['a URL with a password', 'https://bob:hunter2@example.com'],
    ['JSON', '{"password":"hunter2"}'],
    ['an option', 'x --password hunter2'],
    ['a colon', 'token: x']
  ])('%s', (_name, text) => {
    expect(referenceRedact(text)).toBe(text)
    expect(redactText(text)).toContain('[REDACTED]')
  })

  test('agent and session ids, and the names in meta', () => {
    const action = {
      scope: 'x',
      agent_id: 'token=a',
      session_id: 'token=b',
      meta: { 'token=c': '' }
    }
    expect(redactAction(action)).toEqual({
      scope: 'x',
      agent_id: 'token=[REDACTED]',
      session_id: 'token=[REDACTED]',
      meta: { 'token=[REDACTED]': '' }
    })
  })
})

// Weakness 31: what goes into the log goes through here as one value.
test('weakness 31: an entry of the log has no secret in the action, the reason or the effect', () => {
  const entry = {
    timestamp: '2026-11-22T00:00:00Z',
    session_id: '',
    agent_id: 'a',
    request: { scope: 'shell', command: 'mysql --password hunter2' },
    result: {
      decision: 'DENY' as const,
      reason: 'no: mysql --password hunter2',
      effect: { scope: 'shell', text: 'mysql --password hunter2', start: 0, end: 24 }
    },
    duration_ms: 0
  }
  expect(JSON.stringify(createRedactor().redactJson(entry))).not.toContain('hunter2')
})

// What version 1.0 removed, in the forms in which agents write it.
test.each([
  'curl -H "Authorization: Bearer abc.def-ghi_jkl"',
  'Bearer abc123',
  'AKIAAB12CD34EF56AB12',
  `ghp_${filler(36)}`,
  'xoxb-1-abc',
  'SECRET=abc',
  'api-key = abc',
  'MyToken=abc;x'
])('what version 1.0 removes from %j is removed', (text) => {
  const before = referencePatterns.some((pattern) => text.search(pattern) !== -1)
  expect(before).toBe(true)
  const redacted = redactText(text)
  expect(redacted).toContain('[REDACTED]')
  expect(redacted).not.toMatch(/abc|Ab1|AB12/)
})

test('a token with a word behind it was taken for the scheme of an authorization, and stayed', () => {
  const action = { scope: 'x', meta: { authorization: `ghp_${filler(36)} x` } }
  expect(redactAction(action).meta).toEqual({ authorization: '[REDACTED]' })
  const basic = { scope: 'x', meta: { authorization: 'Basic YTpi' } }
  expect(redactAction(basic).meta).toEqual({ authorization: 'Basic [REDACTED]' })
})

test('a name that is one of a secret once a token is taken out of it is one at once', () => {
  const action = { scope: 'x', meta: { AKIAAB12CD34EF56AB12pass: 'hunter2' } }
  expect(redactAction(action).meta).toEqual({ '[REDACTED]pass': '[REDACTED]' })
})
