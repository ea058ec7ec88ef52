import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createRedactor, redactionRules } from '../src/index.ts'

const { redactText } = createRedactor()

/** What a text with `«secrets»` marked must become. A number in JSON becomes a text. */
function expected(marked: string): string {
  return marked.replace(/(?<=": )«\d+»/g, '"[REDACTED]"').replace(/«[^»]*»/g, '[REDACTED]')
}

const plain = (marked: string) => marked.replace(/[«»]/g, '')
const rows = redactionRules.map((rule) => ({ ...rule, name: rule.id }))

describe.each(rows)('the rule $name', ({ matches, nonMatches }) => {
  test.each(matches)('removes what is marked in %j', (marked) => {
    expect(redactText(plain(marked))).toBe(expected(marked))
  })

  test.each(nonMatches)('leaves %j alone', (text) => {
    expect(redactText(text)).toBe(text)
  })
})

test('every rule has its own id, matches and non-matches', () => {
  expect(new Set(redactionRules.map(({ id }) => id)).size).toBe(redactionRules.length)
  for (const { matches, nonMatches } of redactionRules) {
    expect(matches.length).toBeGreaterThan(0)
    expect(nonMatches.length).toBeGreaterThan(0)
  }
})

test('the documentation has a row for every rule, in the same order', () => {
  const page = readFileSync(new URL('../../../docs/redaction.md', import.meta.url), 'utf8')
  const ids = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, id]) => id)
  expect(ids).toEqual(redactionRules.map(({ id }) => id))
})
