import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { cleanPath } from '../src/clean-path.ts'

describe('cleanPath', () => {
  test.each([
    ['', '.'],
    ['.', '.'],
    ['/', '/'],
    ['..', '..'],
    ['./a/./b', 'a/b'],
    ['a/..', '.'],
    ['/..', '/'],
    ['/a/../../x', '/x'],
    ['a/../../x', '../x'],
    ['../../a', '../../a'],
    ['//tmp', '/tmp'],
    ['/w/', '/w'],
    ['**/../x', 'x'],
    ['a\\..\\b', 'a\\..\\b'],
    ['.../a..b/..c', '.../a..b/..c']
  ])('cleans %j to %j', (path, clean) => {
    expect(cleanPath(path)).toBe(clean)
  })

  test('cleans once and for all', () => {
    fc.assert(
      fc.property(anyPath, (path) => cleanPath(cleanPath(path)) === cleanPath(path)),
      { numRuns: 2000 }
    )
  })

  test('equals cleaning one element after another', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        expect(cleanPath(path)).toBe(naiveClean(path))
      }),
      { numRuns: 2000 }
    )
  })

  test('takes time in proportion to the path', () => {
    expectLinear((size) => {
      cleanPath('a/../'.repeat(size))
      cleanPath('../'.repeat(size))
      cleanPath(`${'a/'.repeat(size)}${'../'.repeat(size)}`)
    }, 262_144)
  })
})

const anyPath = fc
  .array(fc.constantFrom('/', '/', '.', '..', 'a', '*', 'é'), { maxLength: 12 })
  .map((parts) => parts.join(''))

/** The definition: one rewriting at a time, until none applies. */
function naiveClean(path: string): string {
  const rewritings: [RegExp, string][] = [
    [/\/{2,}/, '/'],
    [/^\.\/(?=.)/, ''],
    [/\/\.(?=\/|$)/, '/'],
    [/^\/\.\.(?=\/|$)/, '/'],
    [/(^|\/)(?!\.\.?\/)[^/]+\/\.\.(?=\/|$)/, '$1.'],
    [/(?<=.)\/$/, '']
  ]
  for (const [from, to] of rewritings) {
    if (from.test(path)) return naiveClean(path.replace(from, to))
  }
  return path === '' ? '.' : path
}
