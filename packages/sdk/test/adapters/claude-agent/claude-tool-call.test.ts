import { expect, test } from 'vitest'
import { claudeToolName } from '../../../src/adapters/claude-agent/claude-tool-call.ts'

test.each([
  ['Bash', undefined, 'Bash', []],
  ['mcp__files__read', undefined, 'files:read', []],
  ['mcp__my_files__read', 'my files', 'my_files:read', []],
  ['mcp__a__b__c', undefined, 'a:b__c', ['a__b:c']],
  ['mcp__a__b__c', 'a__b', 'a__b:c', []],
  ['mcp__a__b__c', 'other', 'a:b__c', ['a__b:c']],
  ['mcp__a___b', undefined, 'a:_b', ['a_:b']],
  ['mcp__a__', undefined, 'mcp__a__', []],
  ['mcp____b', undefined, 'mcp____b', []]
])('%s of the server %s is %s', (written, server, name, others) => {
  expect(claudeToolName(written, server)).toEqual({ name, others })
})
