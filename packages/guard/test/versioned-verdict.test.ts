import type { CheckResult } from '@agentguard/protocol'
import { expect, test } from 'vitest'
import { createVersionedVerdict } from '../src/versioned-verdict.ts'

const ofARule: CheckResult = Object.freeze({ decision: 'ALLOW', reason: 'Allowed by shell rule' })

test('a verdict is given the version of its form, and is otherwise the same', () => {
  const versioned = createVersionedVerdict()
  expect(versioned(ofARule)).toEqual({ schema_version: 'v1', ...ofARule })
})

test('a verdict that nobody can change is made once, and nobody can change that either', () => {
  const versioned = createVersionedVerdict()
  const first = versioned(ofARule)
  expect(versioned(ofARule)).toBe(first)
  expect(Object.isFrozen(first)).toBe(true)
})

test('a verdict that can change is made anew', () => {
  const versioned = createVersionedVerdict()
  const verdict = { decision: 'DENY' as const, reason: 'first' }
  versioned(verdict)
  verdict.reason = 'second'
  expect(versioned(verdict)).toEqual({ schema_version: 'v1', decision: 'DENY', reason: 'second' })
})
