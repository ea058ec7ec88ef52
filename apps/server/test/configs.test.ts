import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { compilePolicy, type Facts, type Policy } from '@agentguard/policy'
import { describe, expect, test } from 'vitest'
import { type ReadCases, readCases } from '../src/check/read-cases.ts'

const configs = join(import.meta.dirname, '../../../configs')
const files = readdirSync(configs, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.ya?ml$/.test(file))
  .sort()
const policies = files.filter((file) => !file.includes('.test.'))

/** Somebody who has done nothing before. */
const facts: Facts = { prior: () => 'no' }

test('there are policies', () => {
  expect(policies).toContain('default.yaml')
})

test.each(policies)('%s loads without a warning', (file) => {
  const compiled = compilePolicy(readFileSync(join(configs, file)))
  expect(compiled).toMatchObject({ ok: true, warnings: [] })
})

test.each(policies)('%s has cases', (file) => {
  expect(files).toContain(file.replace(/\.(ya?ml)$/, '.test.$1'))
})

describe.each(files.filter((file) => file.includes('.test.')))('%s', (file) => {
  const { policy: policyFile, cases } = casesOf(file)
  const policy = load(join(configs, dirname(file), policyFile))

  test('is about the policy of its name', () => {
    expect(basename(policyFile)).toBe(basename(file).replace('.test.', '.'))
  })

  test.each(cases)('$name', ({ action, expect: decision, rule }) => {
    const verdict = policy.check(action, facts)
    expect(verdict.decision, JSON.stringify(verdict)).toBe(decision)
    if (rule !== undefined) expect(verdict.matched_rule ?? null).toBe(rule)
  })
})

function casesOf(file: string): Extract<ReadCases, { ok: true }> {
  const read = readCases(readFileSync(join(configs, file), 'utf8'))
  if (!read.ok) throw new Error(`${file}: ${JSON.stringify(read.problems)}`)
  return read
}

function load(file: string): Policy {
  const compiled = compilePolicy(readFileSync(file))
  if (!compiled.ok) throw new Error(`${file}: ${compiled.issues[0]?.message}`)
  return compiled.policy
}
