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

test('names that callers choose lose their secrets as well, and plain ones are not looked at', () => {
  const hide = (text: string): string => text.replace(/s3cret\S*/g, '***')
  const request = {
    scope: 's3cret-scope',
    action: 's3cret-action',
    approval_id: 's3cret-id',
    meta: { 's3cret-name': 'x', ['__proto__']: 'kept' },
    actions: [{ scope: 's3cret-too' }]
  }
  const named = { ...entry, request, transport: 's3cret-way', request_id: 's3cret-request' }
  const { line, text } = shapeEntry(named, hide, limits)
  expect(text).not.toContain('s3cret')
  expect(line.request.actions).toEqual([{ scope: '***' }])
  expect(Object.entries(line.request.meta ?? {})).toEqual([
    ['***', 'x'],
    ['__proto__', 'kept']
  ])
  const asked: string[] = []
  shapeEntry(
    { ...entry, transport: 'sdk' },
    (one) => {
      asked.push(one)
      return one
    },
    limits
  )
  expect(asked).toEqual(['ls', 'r'])
})

test('what redacts is told what a member of meta is called: a password is one by its name', () => {
  const hide = (text: string, _: string, name?: string): string => (name === 'a/b~' ? '***' : text)
  const request = { scope: 'shell', command: 'ls', meta: { 'a/b~': 'hunter2', b: 'x' } }
  const { line } = shapeEntry({ ...entry, request }, hide, limits)
  expect(line.request.meta).toEqual({ 'a/b~': '***', b: 'x' })
})
