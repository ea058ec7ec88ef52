import { expect, test } from 'vitest'
import { developerCommands } from './scoreboard/developer-commands.ts'
import { overDenied, scoreboard, total } from './scoreboard/scoreboard.ts'

test('no attack is allowed, and at most 2 % of what is benign is asked about or denied', () => {
  const lines = scoreboard('effects')
  expect(total(lines, 'attack').ALLOW).toBe(0)
  const others = lines.filter(({ category }) => category !== overDenied)
  const { ALLOW, REQUIRE_APPROVAL, DENY } = total(others, 'benign')
  expect((REQUIRE_APPROVAL + DENY) / (ALLOW + REQUIRE_APPROVAL + DENY)).toBeLessThanOrEqual(0.02)
})

test('what may meet a denied file is asked about, and not denied', () => {
  const line = scoreboard('effects').find(({ category }) => category === overDenied)
  expect(line?.decisions).toEqual({ ALLOW: 0, REQUIRE_APPROVAL: 10, DENY: 0 })
})

test('the list of what developers type is long enough to say something', () => {
  expect(new Set(developerCommands).size).toBe(developerCommands.length)
  expect(developerCommands.length).toBeGreaterThan(200)
})
