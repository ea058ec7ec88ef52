import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import { loadPolicy } from '../src/load/load-policy.ts'
import { differences } from './differences.ts'
import { explainRefusal, loadDifferences } from './load-differences.ts'

const page = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8')

/** The rows of the table under a heading: the id in code quotes, then the other cells. */
function rowsUnder(heading: string): Map<string, string[]> {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = [...section.matchAll(/^\| `([^`]+)` +\|(.*)\|$/gm)]
  return new Map(rows.map(([, id = '', cells = '']) => [id, cells.split(' | ')]))
}

describe('docs/compatibility.md', () => {
  test('lists exactly the differences that verdicts are compared with', () => {
    const listed = [...rowsUnder('Verdicts').keys()]
    expect(listed.sort()).toEqual(differences.map((difference) => difference.id).sort())
  })

  test.each(differences)(
    '$id: the page says whether a verdict can be less strict',
    (difference) => {
      const cells = rowsUnder('Verdicts').get(difference.id) ?? []
      expect(cells.at(-1)?.trim()).toBe(difference.mayLoosen ? 'both' : 'stricter')
    }
  )

  test.each(differences)('$id: the engine decides the example as the page says', ({ example }) => {
    const compiled = compilePolicy(example.policy)
    expect(compiled.ok && compiled.policy.check(example.action).decision).toBe(example.decision)
  })

  test.each(differences)('$id: is seen to apply to its example', (difference) => {
    const compiled = compilePolicy(difference.example.policy)
    const { action } = difference.example
    expect(
      compiled.ok && difference.appliesTo({ document: compiled.policy.document, action })
    ).toBe(true)
  })

  test('lists exactly the reasons for which a file is refused that the reference loads', () => {
    const listed = [...rowsUnder('Files')].map(([id, cells]) => [
      id,
      [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code)
    ])
    expect(listed).toEqual(loadDifferences.map(({ id, codes }) => [id, [...codes]]))
  })

  test.each(loadDifferences)('$id: the example is refused for that reason', ({ id, example }) => {
    const loaded = loadPolicy(example)
    expect(loaded.ok ? undefined : explainRefusal(loaded.issues)).toBe(id)
  })
})
