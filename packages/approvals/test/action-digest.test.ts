import type { ActionRequest } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { actionDigest } from '../src/index.ts'

const action: ActionRequest = {
  schema_version: 'v1',
  scope: 'mcp_tool',
  command: 'fs:delete_file',
  agent_id: 'a',
  session_id: 's',
  est_cost: 3.5,
  meta: { arg_path: '/tmp/a', tool_call_id: '1', model: 'm' },
  actions: [{ scope: 'filesystem', action: 'delete', path: '/tmp/a' }]
}

test('it is SHA-256 of canonical JSON, and stays what it is', () => {
  // printf '{"action":{"command":"ls","scope":"shell"}}' | sha256sum
  expect(actionDigest({ scope: 'shell', command: 'ls' })).toBe(
    'sha256:0f0d52b3fb7d6fd8ef095b415496fdf13426cfad35a2b1cd0b52c9b37b319a3c'
  )
})

describe('what makes it another action', () => {
  test.each<[string, ActionRequest]>([
    ['the scope', { ...action, scope: 'shell' }],
    ['the command', { ...action, command: 'fs:read_file' }],
    ['the agent', { ...action, agent_id: 'b' }],
    ['the session', { ...action, session_id: 't' }],
    ['the cost', { ...action, est_cost: 99_999 }],
    ['an argument', { ...action, meta: { ...action.meta, arg_path: '/etc/shadow' } }],
    ['one more argument', { ...action, meta: { ...action.meta, arg_force: 'true' } }],
    ['a further action', { ...action, actions: [{ scope: 'filesystem', path: '/etc/shadow' }] }],
    ['what of it is unknown', { ...action, unknown_effect: '' }],
    [
      'how sure a further action is',
      { ...action, actions: action.actions?.map((one) => ({ ...one, derived: 'possible' })) ?? [] }
    ],
    ['the verb', { ...action, action: 'read' }],
    ['the path', { ...action, path: '/' }],
    ['the domain', { ...action, domain: 'x.example' }],
    ['the URL', { ...action, url: 'https://x.example/' }],
    ['a member that nobody knows', { ...action, ...{ sudo: true } }]
  ])('%s', (_, other) => {
    expect(actionDigest(other)).not.toBe(actionDigest(action))
  })

  test('the context, also beside the same action', () => {
    const digests = [undefined, {}, { cwd: '/a' }, { cwd: '/b' }].map((context) =>
      actionDigest(action, context)
    )
    expect(new Set(digests).size).toBe(4)
  })
})

describe('what does not', () => {
  test.each<[string, ActionRequest]>([
    ['the approval', { ...action, approval_id: 'ap_1' }],
    ['the version', { ...action, schema_version: '' }],
    ['whether an approval is reused', { ...action, reuse_approval: true }],
    ['the approval in `meta`', { ...action, meta: { ...action.meta, approval_id: 'ap_1' } }],
    ['the tool call', { ...action, meta: { ...action.meta, tool_call_id: '2' } }],
    ['the stream', { ...action, meta: { ...action.meta, stream: 'true' } }],
    ['the model', { ...action, meta: { ...action.meta, model: 'n' } }],
    [
      'the order',
      { ...Object.fromEntries(Object.entries(action).toReversed()), scope: action.scope }
    ]
  ])('%s', (_, other) => {
    expect(actionDigest(other)).toBe(actionDigest(action))
  })

  test('a `meta` of which nothing is bound is as none', () => {
    expect(actionDigest({ scope: 'a', meta: { stream: 'true' } })).toBe(
      actionDigest({ scope: 'a' })
    )
  })
})

test('no two actions and contexts share a digest, however their members are spread', () => {
  const member = fc.constantFrom('command', 'path', 'a', 'b', '__proto__')
  const map = fc.dictionary(member, fc.constantFrom('', 'a', '","b":"'), { noNullPrototype: true })
  fc.assert(
    fc.property(map, map, map, map, (meta, context, otherMeta, otherContext) => {
      const one = [meta, context]
      const other = [otherMeta, otherContext]
      const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
      const digest = actionDigest({ scope: 's', meta }, context)
      expect(actionDigest({ scope: 's', meta: otherMeta }, otherContext) === digest).toBe(same)
    })
  )
})

function sorted(maps: readonly object[]): unknown {
  return maps.map((map) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
}
