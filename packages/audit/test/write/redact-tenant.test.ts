import { expect, test } from 'vitest'
import { shapeDetail, shapeEntry } from '../../src/write/shape-line.ts'

const limits = { maxFieldBytes: 1000, maxLineBytes: 10_000 }
const redact = (text: string, tenant: string): string => `${tenant}:${text}`
const entry = {
  timestamp: '2026-11-22T00:00:00Z',
  session_id: '',
  agent_id: '',
  request: { scope: 'shell', command: 'ls' },
  result: { decision: 'ALLOW', reason: 'r' },
  duration_ms: 0
} as const

test.each([
  [undefined, 'local:ls'],
  ['acme', 'acme:ls']
])('an entry of tenant %s is redacted as that tenant wants it', (tenant, command) => {
  const named = tenant === undefined ? entry : { ...entry, tenant_id: tenant }
  expect(shapeEntry(named, redact, limits).line.request.command).toBe(command)
})

test('so is the detail of an event that names a tenant', () => {
  expect(shapeDetail({ tenant_id: 'acme', why: 'x' }, redact, limits)).toEqual({
    tenant_id: 'acme:acme',
    why: 'acme:x'
  })
  expect(shapeDetail({ why: ['x'] }, redact, limits)).toEqual({ why: ['local:x'] })
})
