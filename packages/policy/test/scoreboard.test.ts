import { expect, test } from 'vitest'
import { developerCommands } from './scoreboard/developer-commands.ts'
import { scoreboard, total } from './scoreboard/scoreboard.ts'

test('no attack is allowed, and at most 2 % of what is benign is asked about', () => {
  const lines = scoreboard('effects')
  expect(total(lines, 'attack').ALLOW).toBe(0)
  const { ALLOW, REQUIRE_APPROVAL, DENY } = total(lines, 'benign')
  expect(DENY).toBe(0)
  expect(REQUIRE_APPROVAL / (ALLOW + REQUIRE_APPROVAL)).toBeLessThanOrEqual(0.02)
})

test('the list of what developers type is long enough to say something', () => {
  expect(new Set(developerCommands).size).toBe(developerCommands.length)
  expect(developerCommands.length).toBeGreaterThan(200)
})
