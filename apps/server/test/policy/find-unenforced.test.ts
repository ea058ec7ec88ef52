import { expect, test } from 'vitest'
import { findUnenforced, formatUnenforced } from '../../src/policy/find-unenforced.ts'
import { policyOf } from '../support/policy.ts'

const text = `version: "1"
name: everything
rules:
  - scope: shell
    rate_limit: { max_requests: 1, window: 1m }
    allow:
      - pattern: "git stash pop"
        conditions:
          - require_prior: "git stash"
  - scope: cost
    limits: { max_per_action: "$1", max_per_session: "$2", max_per_day: "$3" }
agents:
  bot:
    override:
      - scope: network
        rate_limit: { max_requests: 1, window: 1m }
        require_approval:
          - domain: "*"
notifications:
  on_deny:
    - type: console
`

test('what a policy asks for in vain is found, with the lines that ask for it', () => {
  const found = findUnenforced(policyOf(text).document)
  expect(found.map(({ feature, lines }) => [feature, lines])).toEqual([
    ['rate_limit', [4, 15]],
    ['limits.max_per_session', [10]],
    ['limits.max_per_day', [10]],
    ['conditions with require_prior', [7]],
    ['approvals', [18]],
    ['notifications', [0]]
  ])
  expect(found.map((one) => formatUnenforced('p.yaml', one).split(': ')[2])).toEqual([
    'rate_limit (p.yaml:4, 15)',
    'limits.max_per_session (p.yaml:10)',
    'limits.max_per_day (p.yaml:10)',
    'conditions with require_prior (p.yaml:7)',
    'approvals (p.yaml:18)',
    'notifications (p.yaml)'
  ])
})

test('many lines are cut short', () => {
  const line = formatUnenforced('p', {
    feature: 'x',
    instead: 'y',
    lines: [7, 6, 5, 4, 3, 2, 2, 1]
  })
  expect(line).toBe('WARNING: not enforced by this version: x (p:1, 2, 3, 4, 5 and 2 more): y')
})

test('a policy that asks for nothing of the kind is not spoken of', () => {
  const plain =
    'version: "1"\nname: x\nrules:\n  - scope: shell\n    allow: [{ pattern: "ls *" }]\n'
  expect(findUnenforced(policyOf(plain).document)).toEqual([])
})
