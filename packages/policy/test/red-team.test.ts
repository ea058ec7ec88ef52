import { describe, expect, test } from 'vitest'
import { policyOf, type RedTeamLine, redTeamLines } from './red-team.ts'

const lines = redTeamLines()

function isRight({ policy, command, expect: wanted }: RedTeamLine): boolean {
  const { policy: rules, context } = policyOf(policy)
  const { decision } = rules.check({ scope: 'shell', command }, undefined, context)
  return (decision === 'ALLOW') === (wanted === 'ALLOW')
}

describe('commands that were found by trying to break the engine', () => {
  test.each(lines)('$id ($policy): $command', (line) => {
    expect(isRight(line)).toBe(true)
  })
})
